package dev.tenon.jobs.dashboard;

import java.util.List;

/**
 * A line of a form: a field, or the beginning or the end of a group of fields.
 *
 * @param kind how it looks
 * @param id its id in the page
 * @param name the name that it is sent with
 * @param label what people call it
 * @param isMandatory whether browsers do not send the form without it
 * @param isOptional whether it may be left empty
 * @param description what it is; may be empty
 * @param hint which values it takes; may be empty
 * @param value what it holds
 * @param isCleared whether it was sent, but no longer holds what was sent
 * @param options what can be chosen, if anything
 * @param error what is wrong with it; may be empty
 */
record FormField(
    Kind kind,
    String id,
    String name,
    String label,
    boolean isMandatory,
    boolean isOptional,
    String description,
    String hint,
    String value,
    boolean isCleared,
    List<Option> options,
    String error) {

  /** The kind of a line. */
  enum Kind {
    /** A field of one line. */
    LINE,
    NUMBER,
    DATE,
    TIME,
    /** A field of a few lines. */
    TEXT,
    /** A field of many lines. */
    JSON,
    /** A line that does not show what is typed. */
    SECRET,
    /** A field of a few lines that does not show what is typed. */
    SECRET_TEXT,
    /** A field of many lines that does not show what is typed. */
    SECRET_JSON,
    /** A field of many lines that shows what is typed only while it has the focus. */
    PARTLY_SECRET_JSON,
    CHOICE,
    CHECK,
    /** The beginning of a group. */
    OPEN,
    /** Its end. */
    CLOSE;

    boolean isJson() {
      return this == JSON || this == SECRET_JSON || this == PARTLY_SECRET_JSON;
    }
  }

  /** A copy that people call something else. */
  FormField withLabel(String other) {
    return new FormField(
        kind,
        id,
        name,
        other,
        isMandatory,
        isOptional,
        description,
        hint,
        value,
        isCleared,
        options,
        error);
  }

  static FormField close() {
    return new FormField(Kind.CLOSE, "", "", "", false, false, "", "", "", false, List.of(), "");
  }

  boolean isOpen() {
    return kind == Kind.OPEN;
  }

  boolean isClose() {
    return kind == Kind.CLOSE;
  }

  boolean isInput() {
    return switch (kind) {
      case LINE, NUMBER, DATE, TIME, SECRET -> true;
      default -> false;
    };
  }

  boolean isArea() {
    return kind == Kind.TEXT || kind == Kind.SECRET_TEXT || kind.isJson();
  }

  boolean isSelect() {
    return kind == Kind.CHOICE;
  }

  boolean isCheck() {
    return kind == Kind.CHECK;
  }

  boolean isChecked() {
    return value.equals("true");
  }

  boolean isNumber() {
    return kind == Kind.NUMBER;
  }

  boolean isTime() {
    return kind == Kind.TIME;
  }

  /** Returns whether an input hides what is typed. */
  boolean isSecret() {
    return kind == Kind.SECRET;
  }

  /** Returns whether a field of several lines always hides what is typed. */
  boolean isSecretArea() {
    return kind == Kind.SECRET_TEXT || kind == Kind.SECRET_JSON;
  }

  /** Returns whether a field of several lines shows what is typed only while it has the focus. */
  boolean isPartlySecretArea() {
    return kind == Kind.PARTLY_SECRET_JSON;
  }

  /** The attribute {@code type} of an input. */
  String inputType() {
    return switch (kind) {
      case DATE -> "date";
      case TIME -> "datetime-local";
      case SECRET -> "password";
      default -> "text";
    };
  }

  /** The height of a field of several lines. */
  String rows() {
    return kind.isJson() ? "4" : "1";
  }

  boolean hasDescription() {
    return !description.isEmpty();
  }

  boolean hasHint() {
    return !hint.isEmpty();
  }

  boolean hasError() {
    return !error.isEmpty();
  }

  boolean isDescribed() {
    return hasDescription() || hasHint() || hasError() || isCleared;
  }

  /** The ids of what screen readers say of the field. */
  String describedBy() {
    return ((hasError() ? id + "-error " : "")
            + (isCleared ? id + "-cleared " : "")
            + (hasDescription() ? id + "-description " : "")
            + (hasHint() ? id + "-hint" : ""))
        .strip();
  }
}
