package dev.tenon.jobs.processor.export;

import dev.tenon.jobs.processor.model.Constraint;
import java.math.BigDecimal;

/**
 * The limits of {@code float} values, as limits of the decimal numbers with which JSON writes them.
 * Generated validators compare a float as the {@code double} that it is exactly, JSON Schema the
 * shorter decimal number that stands for it: 0.1f is greater than 0.1, but is written 0.1.
 */
final class FloatingRange {

  private FloatingRange() {}

  /** The bound for what is written, which allows the same floats. */
  static Constraint.Bound written(Constraint.Bound bound) {
    float nearest = bound.limit().floatValue();
    if (Float.isInfinite(nearest) || isTheSameEverywhere(nearest, bound.limit())) {
      return bound;
    }
    float inward = bound.lower() ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    float outermost = nearest;
    while (!allows(bound, outermost) && Float.isFinite(outermost)) {
      outermost = next(outermost, inward);
    }
    while (allows(bound, next(outermost, -inward)) && Float.isFinite(next(outermost, -inward))) {
      outermost = next(outermost, -inward);
    }
    return Float.isFinite(outermost)
        ? new Constraint.Bound(decimal(outermost), bound.lower(), true)
        : bound;
  }

  private static float next(float from, float towards) {
    return Math.nextAfter(from, (double) towards);
  }

  private static boolean isTheSameEverywhere(float nearest, BigDecimal limit) {
    return new BigDecimal(nearest).compareTo(limit) == 0 && decimal(nearest).compareTo(limit) == 0;
  }

  /** What the generated validator says. */
  private static boolean allows(Constraint.Bound bound, float value) {
    double limit = bound.limit().doubleValue();
    boolean isExact = BigDecimal.valueOf(limit).compareTo(bound.limit()) == 0;
    double distance =
        isExact || Float.isInfinite(value)
            ? (double) value - limit
            : BigDecimal.valueOf((double) value).compareTo(bound.limit());
    int order = (int) Math.signum(distance);
    return (order == 0 && bound.inclusive()) || (bound.lower() ? order > 0 : order < 0);
  }

  /** The number as JSON has it. */
  private static BigDecimal decimal(float value) {
    return new BigDecimal(Float.toString(value));
  }
}
