package dev.tenon.jobs.processor.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.definition.Constraints;
import dev.tenon.jobs.processor.model.Constraint;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberSchemasTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "-3",
        "7",
        "0.1",
        "-0.1",
        "3.30",
        "0.5",
        "16777217",
        "0.100000001",
        "0.10000000149011612",
        "0.1000000000000000055511151231257827",
        "1e-50",
        "1e10",
        "123456789",
        "99.95",
        "0.3",
        "1e38"
      })
  void whatIsWrittenIsWithinTheSameFloatsAndTheOneNextToTheLimit(String limit) {
    for (boolean lower : List.of(true, false)) {
      for (boolean inclusive : List.of(true, false)) {
        Constraint.Bound bound = new Constraint.Bound(new BigDecimal(limit), lower, inclusive);
        Constraint.Bound written = NumberSchemas.ofFloat(bound);
        float value = new BigDecimal(limit).floatValue();
        for (int i = 0; i < 20; i++) {
          value = Math.nextDown(value);
        }
        for (int i = 0; i < 40; i++, value = Math.nextUp(value)) {
          boolean isNearest = value == bound.limit().floatValue();
          boolean isAllowed = allows(written, new BigDecimal(Float.toString(value)));
          // For the float that the limit rounds to, the schema may be less strict than the
          // validator
          assertThat(isAllowed)
              .as("%s by %s, made %s", value, bound, written)
              .isEqualTo(isAllowed(bound, value) || (isNearest && isAllowed));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"-3", "0", "0.5", "7"})
  void aLimitThatAFloatCanHaveStays(BigDecimal limit) {
    Constraint.Bound bound = new Constraint.Bound(limit, true, false);
    assertThat(NumberSchemas.ofFloat(bound)).isEqualTo(bound);
  }

  private static boolean allows(Constraint.Bound bound, BigDecimal number) {
    int order = number.compareTo(bound.limit());
    return (order == 0 && bound.inclusive()) || (bound.lower() ? order > 0 : order < 0);
  }

  /** Compares like generated validators: as double if the limit is one. */
  private static boolean isAllowed(Constraint.Bound bound, float value) {
    double limit = bound.limit().doubleValue();
    if (BigDecimal.valueOf(limit).compareTo(bound.limit()) == 0) {
      return bound.lower()
          ? (bound.inclusive() ? value >= limit : value > limit)
          : (bound.inclusive() ? value <= limit : value < limit);
    }
    return bound.lower()
        ? (bound.inclusive()
            ? Constraints.isAtLeast(value, bound.limit())
            : Constraints.isGreaterThan(value, bound.limit()))
        : (bound.inclusive()
            ? Constraints.isAtMost(value, bound.limit())
            : Constraints.isLessThan(value, bound.limit()));
  }
}
