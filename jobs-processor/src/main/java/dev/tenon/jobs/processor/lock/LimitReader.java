package dev.tenon.jobs.processor.lock;

import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.ConstraintUse;
import dev.tenon.jobs.processor.model.IntegerRange;
import dev.tenon.jobs.processor.model.SourcePosition;
import dev.tenon.jobs.processor.model.ValueKind;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.AnnotationMirror;

/**
 * The limits that the constraints on a value add up to, and the constraint that each limit comes
 * from.
 */
final class LimitReader {

  private final ValueKind kind;
  private final Map<Limit, List<String>> limits = new EnumMap<>(Limit.class);
  private final Map<Limit, SourcePosition> places = new EnumMap<>(Limit.class);

  /**
   * Reads the constraints on a value.
   *
   * @param kind the kind of the value's type
   */
  LimitReader(List<ConstraintUse> constraints, ValueKind kind) {
    this.kind = kind;
    constraints.forEach(this::add);
  }

  Map<Limit, List<String>> limits() {
    return limits;
  }

  Map<Limit, SourcePosition> places() {
    return places;
  }

  private void add(ConstraintUse use) {
    SourcePosition position = use.position();
    Constraint constraint = use.constraint();
    if (constraint instanceof Constraint.NotNull) {
      // The file says for each value whether it may be null, so this needs no limit
      return;
    }
    if (constraint instanceof Constraint.NotBlank) {
      add(Limit.NOT_BLANK, "true", position);
      add(Limit.MIN_SIZE, "1", position);
    } else if (constraint instanceof Constraint.NotEmpty) {
      add(Limit.MIN_SIZE, "1", position);
    } else if (constraint instanceof Constraint.Size size) {
      if (size.min() > 0) {
        add(Limit.MIN_SIZE, String.valueOf(size.min()), position);
      }
      if (size.max() < Integer.MAX_VALUE) {
        add(Limit.MAX_SIZE, String.valueOf(size.max()), position);
      }
    } else if (constraint instanceof Constraint.Bound bound) {
      add(bound.lower() ? Limit.MIN : Limit.MAX, text(bound), position);
    } else if (constraint instanceof Constraint.Null) {
      add(Limit.ALWAYS_NULL, "true", position);
    } else if (constraint instanceof Constraint.Flag flag) {
      add(Limit.ALWAYS, String.valueOf(flag.expected()), position);
    } else if (constraint instanceof Constraint.Digits digits) {
      add(Limit.INTEGER_DIGITS, String.valueOf(digits.integer()), position);
      add(Limit.FRACTION_DIGITS, String.valueOf(digits.fraction()), position);
    } else if (constraint instanceof Constraint.Moment moment) {
      String side = moment.past() ? "past" : "future";
      add(Limit.TIME, side + (moment.orPresent() ? Limit.OR_PRESENT : ""), position);
    } else if (constraint instanceof Constraint.Pattern pattern) {
      add(Limit.PATTERNS, withFlags(pattern.regexp(), pattern.flags()), position);
    } else if (constraint instanceof Constraint.Email email) {
      add(Limit.EMAIL, withFlags(email.regexp(), email.flags()), position);
    } else {
      add(Limit.OTHER, asWritten(use), position);
    }
  }

  private void add(Limit limit, String value, SourcePosition position) {
    List<String> before = limits.get(limit);
    List<String> merged = before == null ? List.of(value) : limit.both(before, List.of(value));
    if (!merged.equals(before)) {
      limits.put(limit, merged);
      places.put(limit, position);
    }
  }

  private String text(Constraint.Bound bound) {
    boolean whole = kind.withoutOptional().isWholePrimitive() || kind == ValueKind.BIG_INTEGER;
    if (whole) {
      return plain(IntegerRange.inclusive(bound));
    }
    String sign = bound.inclusive() ? "" : bound.lower() ? "> " : "< ";
    return sign + plain(bound.limit());
  }

  private static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String withFlags(String regexp, List<String> flags) {
    return flags.isEmpty() ? regexp : regexp + " " + flags.stream().sorted().toList();
  }

  /** The annotation with its values, sorted and without its message. */
  private static String asWritten(ConstraintUse use) {
    AnnotationMirror mirror = use.position().annotation();
    if (mirror == null) {
      return "@" + use.name();
    }
    Map<String, String> values = new TreeMap<>();
    mirror
        .getElementValues()
        .forEach(
            (method, value) -> values.put(method.getSimpleName().toString(), value.toString()));
    values.remove("message");
    StringBuilder text = new StringBuilder("@").append(mirror.getAnnotationType());
    if (!values.isEmpty()) {
      String listed = values.toString();
      text.append('(').append(listed, 1, listed.length() - 1).append(')');
    }
    return text.toString();
  }
}
