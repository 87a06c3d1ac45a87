package dev.tenon.jobs.processor.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * The limits of the whole numbers that fit a primitive type, for bounds that are compared as {@code
 * long}.
 *
 * @param min the least value
 * @param max the greatest value
 */
public record IntegerRange(long min, long max) {

  /** The range of a whole primitive type. */
  public static IntegerRange of(ValueKind kind) {
    return switch (kind) {
      case BYTE -> new IntegerRange(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SHORT -> new IntegerRange(Short.MIN_VALUE, Short.MAX_VALUE);
      case INT, OPTIONAL_INT -> new IntegerRange(Integer.MIN_VALUE, Integer.MAX_VALUE);
      default -> new IntegerRange(Long.MIN_VALUE, Long.MAX_VALUE);
    };
  }

  /** The least (or greatest) whole number that a bound allows, as an inclusive limit. */
  public static BigDecimal inclusive(Constraint.Bound bound) {
    if (bound.lower()) {
      return bound.inclusive()
          ? bound.limit().setScale(0, RoundingMode.CEILING)
          : bound.limit().setScale(0, RoundingMode.FLOOR).add(BigDecimal.ONE);
    }
    return bound.inclusive()
        ? bound.limit().setScale(0, RoundingMode.FLOOR)
        : bound.limit().setScale(0, RoundingMode.CEILING).subtract(BigDecimal.ONE);
  }

  /** Returns whether no value of the type is within the bound. */
  public boolean excludes(Constraint.Bound bound) {
    BigDecimal limit = inclusive(bound);
    return bound.lower()
        ? limit.compareTo(BigDecimal.valueOf(max)) > 0
        : limit.compareTo(BigDecimal.valueOf(min)) < 0;
  }

  /** The inclusive limit to compare with; empty if every value of the type is within the bound. */
  public Optional<Long> limit(Constraint.Bound bound) {
    BigDecimal limit = inclusive(bound);
    boolean always =
        bound.lower()
            ? limit.compareTo(BigDecimal.valueOf(min)) <= 0
            : limit.compareTo(BigDecimal.valueOf(max)) >= 0;
    return always || excludes(bound) ? Optional.empty() : Optional.of(limit.longValueExact());
  }
}
