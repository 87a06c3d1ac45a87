package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.JobQuery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The tokens of dry runs. */
class DryRunsTest {

  private static final Map<String, Object> FILTER = Map.of("type", "note.write");

  private final MovableClock clock = new MovableClock();
  private final DryRuns dryRuns = new DryRuns(clock);

  private static final class MovableClock extends Clock {

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private String add() {
    return dryRuns.add("robot", BulkAction.CANCEL, FILTER, JobQuery.all(), 3);
  }

  private DryRuns.DryRun use(String token, String user) {
    return dryRuns.use(token, user, BulkAction.CANCEL, FILTER, 3);
  }

  @Test
  void aTokenIsValidForFiveMinutes() {
    String token = add();
    clock.now = clock.now.plus(DryRuns.VALIDITY).minusMillis(1);
    assertThat(use(token, "robot").count()).isEqualTo(3);

    String late = add();
    clock.now = clock.now.plus(Duration.ofMinutes(5));
    assertThatThrownBy(() -> use(late, "robot"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'token' expired at 2026-03-01T12:09:59.999Z");
  }

  @Test
  void aTokenIsForOneChangeOfWhoeverMadeTheDryRun() {
    String token = add();
    assertThatThrownBy(() -> use(token, "another robot"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no dry run has it");
    assertThat(use(token, "robot").filter()).isEqualTo(FILTER);
    assertThatThrownBy(() -> use(token, "robot")).isInstanceOf(Refusal.class);
  }

  @Test
  void anotherFilterIsRefused() {
    String token = add();
    assertThatThrownBy(
            () -> dryRuns.use(token, "robot", BulkAction.CANCEL, Map.of("status", "failed"), 3))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'status' is 'failed', but the dry run of this token had not given");
    assertThatThrownBy(() -> dryRuns.use(token, "robot", BulkAction.CANCEL, Map.of(), 3))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'type' is not given");
    assertThatThrownBy(() -> dryRuns.use(token, "robot", BulkAction.RETRY, FILTER, 3))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'action' is 'retry'");
    assertThatThrownBy(() -> dryRuns.use(token, "robot", BulkAction.CANCEL, FILTER, 4))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'count' is '4'");
    // A mistake does not cost the dry run
    assertThat(use(token, "robot").count()).isEqualTo(3);
  }

  @Test
  void theOldestAreForgottenIfThereAreTooMany() {
    String first = add();
    String second = add();
    for (int i = 0; i < 99; i++) {
      add();
    }
    assertThatThrownBy(() -> use(first, "robot")).isInstanceOf(Refusal.class);
    assertThat(use(second, "robot").count()).isEqualTo(3);
  }
}
