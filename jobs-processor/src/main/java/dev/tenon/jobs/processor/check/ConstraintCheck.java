package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.IntegerRange;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.ValueKind;
import dev.tenon.jobs.processor.model.ValueShape;
import dev.tenon.jobs.processor.model.ValueShape.Presence;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The rules of the constraints on one value. */
final class ConstraintCheck {

  private final Report report;
  private final CheckedUseCheck checkedUses;

  ConstraintCheck(Report report, CheckedUseCheck checkedUses) {
    this.report = report;
    this.checkedUses = checkedUses;
  }

  /**
   * Checks the constraints on a value.
   *
   * @param where the value, for messages: {@code Widget.items[]}
   */
  void check(ValueShape value, String where) {
    for (ConstraintUse use : value.constraints()) {
      if (use.constraint() instanceof Constraint.Unsupported unsupported) {
        report.add(
            Diagnostic.UNKNOWN_CONSTRAINT, use.position(), use.name(), where, unsupported.reason());
      } else if (use.constraint() instanceof Constraint.Checked checked) {
        checkedUses.check(use, checked, value, where);
      } else if (checkType(use, value, where)) {
        checkPresence(use, value, where);
        checkValues(use, value.kind(), where);
      }
      use.message().ifPresent(message -> checkMessage(use, message, where));
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
                DisplayNames.simple(value.type())));
    return applies.isEmpty();
  }

  /** What a constraint applies to, where the value is something else. */
  private static Optional<String> appliesOnlyTo(Constraint constraint, ValueShape value) {
    ValueKind kind = value.kind();
    if (constraint instanceof Constraint.NotNull) {
      return unless(value.presence() != Presence.PRIMITIVE, "types that can be null");
    }
    if (constraint instanceof Constraint.Null) {
      return unless(value.presence() == Presence.NULLABLE, "values that are @Nullable");
    }
    if (constraint instanceof Constraint.Flag) {
      return unless(kind == ValueKind.BOOLEAN, "booleans");
    }
    if (constraint instanceof Constraint.Moment) {
      return unless(
          kind == ValueKind.TIME, "types of java.time that have a now, and java.util.Date");
    }
    if (constraint instanceof Constraint.NotEmpty || constraint instanceof Constraint.Size) {
      return unless(kind.hasSize(), "texts, collections, maps and arrays");
    }
    if (constraint instanceof Constraint.Bound bound) {
      return bound.isSign()
          ? unless(isNumber(kind), "numbers")
          : unless(isNumber(kind) || kind == ValueKind.TEXT, "numbers and texts");
    }
    if (constraint instanceof Constraint.Digits) {
      return unless(isNumber(kind) || kind == ValueKind.TEXT, "numbers and texts");
    }
    return unless(kind == ValueKind.TEXT, "texts");
  }

  private static boolean isNumber(ValueKind kind) {
    return kind.isNumber() || (kind.isOptional() && kind != ValueKind.OPTIONAL);
  }

  private static Optional<String> unless(boolean applies, String types) {
    return applies ? Optional.empty() : Optional.of(types);
  }

  private void checkPresence(ConstraintUse use, ValueShape value, String where) {
    Optional<String> absent =
        switch (value.presence()) {
          case NULLABLE -> Optional.of("@Nullable");
          case OPTIONAL -> Optional.of("an optional");
          case WRAPPED -> Optional.of("the content of an optional");
          case REQUIRED, PRIMITIVE -> Optional.empty();
        };
    if (!use.refusesNull() || absent.isEmpty()) {
      return;
    }
    String instead =
        use.constraint() instanceof Constraint.NotBlank
            ? "@Pattern(regexp = \".*\\\\S.*\")"
            : "@Size(min = 1)";
    report.add(Diagnostic.CONTRADICTION, use.position(), use.name(), where, absent.get(), instead);
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

  /** A message that is looked up, or computed from the value, which may be secret. */
  private void checkMessage(ConstraintUse use, Attribute<String> message, String where) {
    ConstraintUse.placeholder(message.value())
        .ifPresent(
            left ->
                report.add(
                    Diagnostic.MESSAGE,
                    message.position(),
                    left,
                    use.name() + " on " + where,
                    messageFix(left)));
  }

  /** What to do about something in a message that cannot be put in. */
  static String messageFix(String placeholder) {
    return placeholder.startsWith("$")
        ? "a message never holds the value, which may be secret, nor an expression; remove it"
        : "there is no such attribute; write the text itself";
  }

  /** Constraints that each can be met, but not together. */
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
              "@%s and @%s on %s have no number in common"
                  .formatted(lowest.name(), highest.name(), where));
        }
        if (lowest.constraint() instanceof Constraint.Size one
            && highest.constraint() instanceof Constraint.Size other
            && one.min() <= one.max()
            && other.min() <= other.max()
            && one.min() > other.max()) {
          bounds(
              highest.position(),
              "@Size on %s asks for at least %d and for at most %d"
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
