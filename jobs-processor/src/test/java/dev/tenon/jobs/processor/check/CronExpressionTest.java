package dev.tenon.jobs.processor.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the check of expressions with the library that runs schedules. */
class CronExpressionTest {

  private static final CronDefinition UNIX =
      CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
  private static final ZonedDateTime START = ZonedDateTime.parse("2026-11-26T03:00:00Z");

  private static boolean fires(String expression) {
    Cron cron = new CronParser(UNIX).parse(expression).validate();
    return ExecutionTime.forCron(cron).nextExecution(START).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0 0 30 2 *",
        "0 0 30,31 FEB *",
        "0 0 30/1 2 */1",
        "0 0 31 4-4,6,9,NOV *",
        "0 0 29 2 *",
        "0 0 30 2 MON",
        "0 0 30 2 */2",
        "0 0 30 2 0-6",
        "0 0 30 2,3 *",
        "0 0 31 2-3 *",
        "0 0 28-31 2 *",
        "0 0 */30 2 *",
        "0 0 31 */2 *",
        "0 0 31 2/2 *"
      })
  void knowsWhatNeverFires(String expression) {
    Optional<String> fault = CronExpression.fault(expression);

    assertThat(fault.isEmpty()).isEqualTo(fires(expression));
    assertThat(fault.orElse("never fires")).startsWith("never fires");
  }

  @Test
  void whatPassesIsParsedAndFires() {
    Random random = new Random(42);
    int passed = 0;
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      String expression = randomExpression(random);
      if (CronExpression.fault(expression).isEmpty()) {
        passed++;
        assertThat(fires(expression)).as(expression).isTrue();
      } else {
        refused++;
      }
    }
    assertThat(passed).isGreaterThan(400);
    assertThat(refused).isGreaterThan(400);
  }

  /** The same as the runtime's {@code CronExpression}, so that compiled schedules start. */
  @ParameterizedTest
  @ValueSource(
      strings = {"005 * * * *", "*/005 * * * *", "0 001-2 * * *", "0 1-002 * * *", "0 0 1/001 * *"})
  void aNumberHasTwoDigitsAtMost(String expression) {
    assertThat(CronExpression.fault(expression)).isPresent();
  }

  @Test
  void twoDigitsMayBeginWithZero() {
    assertThat(CronExpression.fault("05 */02 01-07 * *")).isEmpty();
  }

  @Test
  void theFirstOfSixFieldsIsTheSecond() {
    for (String second : List.of("0", "*", "*/15", "1,3-5", "59")) {
      assertThat(CronExpression.fault(second + " 30 3 * * MON")).isEmpty();
    }
    assertThat(CronExpression.fault("60 30 3 * * MON"))
        .hasValueSatisfying(
            fault -> assertThat(fault).startsWith("has '60' as the second in column 1."));
    assertThat(CronExpression.fault(" 0  30 24 * * MON"))
        .hasValueSatisfying(
            fault -> assertThat(fault).startsWith("has '24' as the hour in column 8."));
    assertThat(CronExpression.fault("0 0 0 30 2 *"))
        .hasValueSatisfying(fault -> assertThat(fault).startsWith("never fires"));
  }

  private static String randomExpression(Random random) {
    StringBuilder expression = new StringBuilder();
    for (int most : List.of(59, 23, 31, 12, 7)) {
      expression.append(expression.isEmpty() ? "" : " ").append(field(most, random));
    }
    return expression.toString();
  }

  private static String field(int most, Random random) {
    String value = Integer.toString(1 + random.nextInt(most));
    return switch (random.nextInt(9)) {
      case 0 -> value;
      case 1 -> value + "-" + (1 + random.nextInt(most));
      case 2 -> "*/" + value;
      case 3 -> value + "/" + (1 + random.nextInt(most));
      case 4 -> value + "," + (1 + random.nextInt(most));
      case 5 -> random.nextInt(20) == 0 ? value + "-" : "*";
      default -> "*";
    };
  }
}
