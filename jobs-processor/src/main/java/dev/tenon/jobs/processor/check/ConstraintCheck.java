package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.Content;
import dev.tenon.jobs.processor.model.IntegerRange;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The rules for the constraints on one value. */
final class ConstraintCheck {

  private static final Pattern DECIMAL = Pattern.compile("[-+]?\\d+(\\.\\d+)?");

  private final Report report;
  private final CheckedUseCheck checkedUses;

  ConstraintCheck(Report report, CheckedUseCheck checkedUses) {
    this.report = report;
    this.checkedUses = checkedUses;
  }

  /**
   * Checks the constraints on a value.
   *
   * @param where the value's name in messages: {@code Widget.items[]}
   */
  void check(ValueShape value, String where) {
    for (ConstraintUse use : value.constraints()) {
      if (use.constraint() instanceof Constraint.Unsupported unsupported) {
        report.add(
            Diagnostic.UNKNOWN_CONSTRAINT,
            use.position(),
            use.name(),
            where,
            unsupported.reason(),
            unsupported.fix());
      } else if (use.constraint() instanceof Constraint.OfJavax) {
        report.add(Diagnostic.JAVAX, use.position(), use.name(), where, use.name());
      } else if (use.constraint() instanceof Constraint.NotDecimal not) {
        report.add(
            Diagnostic.DECIMAL, use.position(), use.name(), where, not.limit(), decimal(not, use));
      } else if (use.constraint() instanceof Constraint.Checked checked) {
        checkedUses.check(use, checked, value, where);
      } else if (checkType(use, value, where)) {
        checkPresence(use, value, where);
        checkValues(use, value.kind().withoutOptional(), where);
      }
      use.message()
          .ifPresent(message -> checkMessage(message, use.name() + " on " + where, report));
    }
    checkTogether(value, where);
  }

  private boolean checkType(ConstraintUse use, ValueShape value, String where) {
    Optional<String> applies = appliesOnlyTo(use.constraint(), value);
    applies.ifPresent(
        types ->
            report.add(
                Diagnostic.CONSTRAINT_TYPE,
                use.position(),
                use.name(),
                types,
                where,
                DisplayNames.simple(value.type()),
                typeFix(use, value)));
    return applies.isEmpty();
  }

  private static String typeFix(ConstraintUse use, ValueShape value) {
    String type = DisplayNames.simple(value.type());
    return inside(value.content())
        .filter(content -> appliesOnlyTo(use.constraint(), content).isEmpty())
        .filter(content -> type.endsWith(DisplayNames.simple(content.type()) + ">"))
        .map(content -> "Write " + withConstraint(use, type, content) + " instead")
        .orElse("Remove the constraint, or change the type");
  }

  /** A type with the constraint on its last type argument. */
  private static String withConstraint(ConstraintUse use, String type, ValueShape content) {
    String argument = DisplayNames.simple(content.type()) + ">";
    boolean isWrapped = content.presence() == Presence.WRAPPED;
    return "%s%s %s"
        .formatted(
            type.substring(0, type.length() - argument.length()),
            isWrapped && use.refusesNull() ? instead(use) : written(use),
            argument);
  }

  /** The constraint as messages write it, with its values. */
  private static String written(ConstraintUse use) {
    boolean hasValues =
        use.constraint() instanceof Constraint.Size
            || use.constraint() instanceof Constraint.Pattern
            || use.constraint() instanceof Constraint.Digits
            || (use.constraint() instanceof Constraint.Bound bound && !bound.isSign());
    return "@" + use.name() + (hasValues ? "(…)" : "");
  }

  /** The content whose type is the last type argument of a container. */
  private static Optional<ValueShape> inside(Content content) {
    return content.values().stream().reduce((first, last) -> last);
  }

  /** Returns the values that a constraint applies to, or empty if this value is one of them. */
  private static Optional<String> appliesOnlyTo(Constraint constraint, ValueShape value) {
    ValueKind kind = value.kind();
    if (constraint instanceof Constraint.NotNull) {
      return unless(value.presence() != Presence.PRIMITIVE, "types that can be null");
    }
    if (constraint instanceof Constraint.Null) {
      return unless(value.presence() == Presence.NULLABLE, "@Nullable values");
    }
    if (constraint instanceof Constraint.Flag) {
      return unless(kind == ValueKind.BOOLEAN, "booleans");
    }
    if (constraint instanceof Constraint.Moment) {
      return unless(kind == ValueKind.TIME, "points in time (java.time and java.util.Date)");
    }
    if (constraint instanceof Constraint.NotEmpty || constraint instanceof Constraint.Size) {
      return unless(kind.hasSize(), "strings, collections, maps and arrays");
    }
    if (constraint instanceof Constraint.Bound bound) {
      return bound.isSign()
          ? unless(isNumber(kind), "numbers")
          : unless(isNumber(kind) || kind == ValueKind.TEXT, "numbers and strings");
    }
    if (constraint instanceof Constraint.Digits) {
      return unless(isNumber(kind) || kind == ValueKind.TEXT, "numbers and strings");
    }
    return unless(kind == ValueKind.TEXT, "strings");
  }

  private static boolean isNumber(ValueKind kind) {
    return kind.isNumber() || (kind.isOptional() && kind != ValueKind.OPTIONAL);
  }

  private static Optional<String> unless(boolean applies, String types) {
    return applies ? Optional.empty() : Optional.of(types);
  }

  /** A suggestion to replace a limit that is not a decimal number. */
  private static String decimal(Constraint.NotDecimal not, ConstraintUse use) {
    String text = not.limit().strip();
    String point =
        text.indexOf('.') >= 0 || text.indexOf(',') != text.lastIndexOf(',')
            ? text.replace(",", "")
            : text.replace(',', '.');
    return "@%s(\"%s\")".formatted(use.name(), DECIMAL.matcher(point).matches() ? point : "1.5");
  }

  private void checkPresence(ConstraintUse use, ValueShape value, String where) {
    if (use.refusesNull()) {
      contradiction(use, value, where)
          .ifPresent(
              found ->
                  report.add(
                      Diagnostic.CONTRADICTION,
                      use.position(),
                      found,
                      contradictionFix(use, value)));
    }
  }

  private static Optional<String> contradiction(ConstraintUse use, ValueShape value, String where) {
    boolean isNotNull = use.constraint() instanceof Constraint.NotNull;
    return switch (value.presence()) {
      case NULLABLE ->
          Optional.of("@%s refuses null, but %s is @Nullable".formatted(use.name(), where));
      case OPTIONAL ->
          Optional.of(
              ("@%s on %s does not require a value, because an Optional is never null but may be "
                      + "empty")
                  .formatted(use.name(), where));
      case WRAPPED ->
          Optional.of(
              isNotNull
                  ? "@NotNull inside %s does not require a value, because the Optional may be empty"
                      .formatted(where)
                  : "@%s refuses null, but %s is the content of an Optional, which may be empty"
                      .formatted(use.name(), where));
      case REQUIRED, PRIMITIVE -> Optional.empty();
    };
  }

  private static String contradictionFix(ConstraintUse use, ValueShape value) {
    boolean isNullable = value.presence() == Presence.NULLABLE;
    if (use.constraint() instanceof Constraint.NotNull) {
      return isNullable
          ? "Remove one of the two"
          : "Remove @%s, or write %s if a value is required".formatted(use.name(), content(value));
    }
    return "Write %s instead, which accepts null%s"
        .formatted(instead(use), isNullable ? ", or remove @Nullable" : "");
  }

  /** The type of an optional's content, or of the value itself if it is such content. */
  private static String content(ValueShape value) {
    return switch (value.kind()) {
      case OPTIONAL_INT -> "int";
      case OPTIONAL_LONG -> "long";
      case OPTIONAL_DOUBLE -> "double";
      default ->
          DisplayNames.simple(
              value.content() instanceof Content.Wrapped wrapped
                  ? wrapped.value().type()
                  : value.type());
    };
  }

  /** The constraint that requires the same but accepts null. */
  private static String instead(ConstraintUse use) {
    return use.constraint() instanceof Constraint.NotBlank
        ? "@Pattern(regexp = \"(?s).*\\\\S.*\")"
        : "@Size(min = 1)";
  }

  private void checkValues(ConstraintUse use, ValueKind kind, String where) {
    if (use.constraint() instanceof Constraint.Size size) {
      if (size.min() < 0 || size.max() < 0) {
        bounds(
            use.position(),
            "@Size on " + where + " has the negative limit " + Math.min(size.min(), size.max()));
      } else if (size.min() > size.max()) {
        bounds(
            use.position(),
            "@Size on %s has min %d above max %d".formatted(where, size.min(), size.max()));
      }
    }
    if (use.constraint() instanceof Constraint.Digits digits
        && (digits.integer() < 0 || digits.fraction() < 0)) {
      bounds(
          use.position(),
          "@Digits on %s has the negative limit %d"
              .formatted(where, Math.min(digits.integer(), digits.fraction())));
    }
    if (use.constraint() instanceof Constraint.Bound bound
        && kind.isWholePrimitive()
        && IntegerRange.of(kind).excludes(bound)) {
      IntegerRange range = IntegerRange.of(kind);
      bounds(
          use.position(),
          "@%s on %s allows no number from %d to %d"
              .formatted(use.name(), where, range.min(), range.max()));
    }
    if (use.constraint() instanceof Constraint.Pattern pattern) {
      checkPattern(use, pattern.regexp(), where);
    }
    if (use.constraint() instanceof Constraint.Email email) {
      checkPattern(use, email.regexp(), where);
    }
  }

  private void checkPattern(ConstraintUse use, String regexp, String where) {
    try {
      Pattern unused = Pattern.compile(regexp);
    } catch (PatternSyntaxException e) {
      String at = e.getIndex() < 0 ? "" : " at index " + e.getIndex();
      report.add(
          Diagnostic.PATTERN,
          use.position(),
          use.name(),
          where,
          e.getDescription() + at + " of '" + regexp + "'");
    }
  }

  /** Reports a message that is looked up, or computed from the value, which may be secret. */
  static void checkMessage(Attribute<String> message, String where, Report report) {
    ConstraintUse.placeholder(message.value())
        .ifPresent(
            left ->
                report.add(Diagnostic.MESSAGE, message.position(), left, where, messageFix(left)));
  }

  /** The advice for a placeholder in a message that cannot be filled in. */
  private static String messageFix(String placeholder) {
    return placeholder.startsWith("$")
        ? "It never contains the value, which may be secret, or an expression. Remove it"
        : "There is no such attribute. Write the text itself";
  }

  /** Reports constraints that can each be met, but not together. */
  private void checkTogether(ValueShape value, String where) {
    List<ConstraintUse> uses = value.constraints();
    for (ConstraintUse lowest : uses) {
      for (ConstraintUse highest : uses) {
        if (lowest.constraint() instanceof Constraint.Bound lower
            && highest.constraint() instanceof Constraint.Bound upper
            && lower.lower()
            && !upper.lower()
            && isEmpty(lower, upper)) {
          bounds(
              highest.position(),
              "@%s and @%s on %s allow no number in common"
                  .formatted(lowest.name(), highest.name(), where));
        }
        if (lowest.constraint() instanceof Constraint.Size one
            && highest.constraint() instanceof Constraint.Size other
            && one.min() <= one.max()
            && other.min() <= other.max()
            && one.min() > other.max()) {
          bounds(
              highest.position(),
              "@Size on %s requires at least %d and at most %d"
                  .formatted(where, one.min(), other.max()));
        }
      }
    }
  }

  private static boolean isEmpty(Constraint.Bound lower, Constraint.Bound upper) {
    int order = lower.limit().compareTo(upper.limit());
    return order > 0 || (order == 0 && !(lower.inclusive() && upper.inclusive()));
  }

  private void bounds(SourcePosition position, String found) {
    report.add(Diagnostic.CONSTRAINT_BOUNDS, position, found);
  }
}
