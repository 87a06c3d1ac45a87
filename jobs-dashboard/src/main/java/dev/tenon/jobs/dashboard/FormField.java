package dev.tenon.jobs.dashboard;

import java.util.List;

/**
 * A line of a form: a field, or the beginning or the end of a group of fields.
 *
 * @param look how it looks
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
    Look look,
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

  /** The appearance of a line. */
  enum Look {
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
        look,
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
    return new FormField(Look.CLOSE, "", "", "", false, false, "", "", "", false, List.of(), "");
  }

  boolean isOpen() {
    return look == Look.OPEN;
  }

  boolean isClose() {
    return look == Look.CLOSE;
  }

  boolean isInput() {
    return switch (look) {
      case LINE, NUMBER, DATE, TIME, SECRET -> true;
      default -> false;
    };
  }

  boolean isArea() {
    return look == Look.TEXT || look == Look.SECRET_TEXT || look.isJson();
  }

  boolean isSelect() {
    return look == Look.CHOICE;
  }

  boolean isCheck() {
    return look == Look.CHECK;
  }

  boolean isChecked() {
    return value.equals("true");
  }

  boolean isNumber() {
    return look == Look.NUMBER;
  }

  boolean isTime() {
    return look == Look.TIME;
  }

  /** Returns whether an input hides what is typed. */
  boolean isSecret() {
    return look == Look.SECRET;
  }

  /** Returns whether a field of several lines always hides what is typed. */
  boolean isSecretArea() {
    return look == Look.SECRET_TEXT || look == Look.SECRET_JSON;
  }

  /** Returns whether a field of several lines shows what is typed only while it has the focus. */
  boolean isPartlySecretArea() {
    return look == Look.PARTLY_SECRET_JSON;
  }

  /** The attribute {@code type} of an input. */
  String inputType() {
    return switch (look) {
      case DATE -> "date";
      case TIME -> "datetime-local";
      case SECRET -> "password";
      default -> "text";
    };
  }

  /** The height of a field of several lines. */
  String rows() {
    return look.isJson() ? "4" : "1";
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
