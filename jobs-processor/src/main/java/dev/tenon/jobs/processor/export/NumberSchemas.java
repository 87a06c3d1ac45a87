package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Constraint;
import dev.tenon.jobs.processor.model.IntegerRange;
import dev.tenon.jobs.processor.model.ValueKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The schemas of numbers, with the constraints on them. */
final class NumberSchemas {

  /** The greatest power of ten that is finite for readers that know only {@code double}. */
  private static final int MAX_DIGITS = 308;

  private final ValueKind kind;
  private final List<Constraint> constraints;
  private @Nullable BigDecimal lower;
  private @Nullable BigDecimal upper;
  private boolean lowerInclusive;
  private boolean upperInclusive;

  private NumberSchemas(ValueKind kind, List<Constraint> constraints) {
    this.kind = kind;
    this.constraints = constraints;
  }

  /** The schema of the numbers of a kind that meet the constraints. */
  static Schema of(ValueKind kind, List<Constraint> constraints) {
    return new NumberSchemas(kind.withoutOptional(), constraints).schema();
  }

  private boolean isWhole() {
    return kind.isWholePrimitive() || kind == ValueKind.BIG_INTEGER;
  }

  private Schema schema() {
    Schema schema = Schema.type(isWhole() ? "integer" : "number");
    if (kind.isWholePrimitive()) {
      IntegerRange range = IntegerRange.of(kind);
      tighten(new Constraint.Bound(BigDecimal.valueOf(range.min()), true, true));
      tighten(new Constraint.Bound(BigDecimal.valueOf(range.max()), false, true));
    }
    for (Constraint constraint : constraints) {
      if (constraint instanceof Constraint.Bound bound) {
        tighten(kind == ValueKind.FLOAT ? ofFloat(bound) : bound);
      } else if (constraint instanceof Constraint.Digits digits) {
        digits(digits, schema);
      }
    }
    if (lower != null) {
      schema.with(lowerInclusive ? "minimum" : "exclusiveMinimum", plain(lower));
    }
    if (upper != null) {
      schema.with(upperInclusive ? "maximum" : "exclusiveMaximum", plain(upper));
    }
    return kind.isFloating() ? withOthers(schema) : schema;
  }

  /**
   * The limit for floats in JSON. A validator compares the exact {@code double} value of a float,
   * but JSON has the shortest decimal number that stands for it: 0.1f is greater than 0.1, but is
   * written as 0.1. So the schema always allows the float that a limit rounds to.
   */
  static Constraint.Bound ofFloat(Constraint.Bound bound) {
    float nearest = bound.limit().floatValue();
    if (Float.isInfinite(nearest)) {
      return bound;
    }
    BigDecimal written = new BigDecimal(Float.toString(nearest));
    boolean isExact =
        new BigDecimal(nearest).compareTo(bound.limit()) == 0
            && written.compareTo(bound.limit()) == 0;
    BigDecimal outer = bound.lower() ? bound.limit().min(written) : bound.limit().max(written);
    return isExact ? bound : new Constraint.Bound(outer, bound.lower(), true);
  }

  private void digits(Constraint.Digits digits, Schema schema) {
    if (digits.integer() <= MAX_DIGITS) {
      BigDecimal end = BigDecimal.TEN.pow(digits.integer());
      tighten(new Constraint.Bound(end.negate(), true, false));
      tighten(new Constraint.Bound(end, false, false));
    }
    // The multiples of 0.1 depend on how a reader rounds, so multipleOf would refuse some of them
    if (!isWhole() || digits.integer() == 0 || digits.integer() > MAX_DIGITS) {
      schema.note(SchemaNotes.digits(digits));
    }
  }

  private void tighten(Constraint.Bound bound) {
    BigDecimal limit = isWhole() ? IntegerRange.inclusive(bound) : bound.limit();
    boolean inclusive = isWhole() || bound.inclusive();
    if (bound.lower()) {
      int order = lower == null ? 1 : limit.compareTo(lower);
      if (order > 0 || (order == 0 && !inclusive)) {
        lower = limit;
        lowerInclusive = inclusive;
      }
    } else {
      int order = upper == null ? -1 : limit.compareTo(upper);
      if (order < 0 || (order == 0 && !inclusive)) {
        upper = limit;
        upperInclusive = inclusive;
      }
    }
  }

  /** Adds the values of the type that are not numbers, and are written as strings. */
  private Schema withOthers(Schema schema) {
    boolean digits = constraints.stream().anyMatch(Constraint.Digits.class::isInstance);
    List<String> others = new ArrayList<>();
    if (lower == null && upper == null && !digits) {
      others.add("NaN");
    }
    if (upper == null && !digits) {
      others.add("Infinity");
    }
    if (lower == null && !digits) {
      others.add("-Infinity");
    }
    return others.isEmpty()
        ? schema
        : Schema.anyOf(schema, Schema.type("string").with("enum", others));
  }

  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
