package dev.tenon.jobs.internal.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobError.Reason;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.Lease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is recorded of an attempt whose end PostgreSQL refuses. */
class EndedAttemptTest {

  private static final Lease LEASE = new Lease(UUID.randomUUID(), 3, "w");
  private static final Duration DELAY = Duration.ofSeconds(7);
  private final SQLException refusal = new SQLException("secret", "23514");

  private static EndedAttempt ended(AttemptEnd end) {
    return new EndedAttempt(end, null, null, recorded -> {}, false);
  }

  private AttemptEnd replacement(AttemptEnd end) {
    return ended(end).replacement(refusal).end();
  }

  @Test
  void whatHasNothingToRefuseIsRecordedAgainAsItIs() {
    for (AttemptEnd end :
        List.of(
            new AttemptEnd.Snoozed(LEASE, DELAY),
            new AttemptEnd.Released(LEASE, DELAY),
            new AttemptEnd.Cancelled(LEASE))) {
      assertThat(replacement(end)).isEqualTo(end);
    }
  }

  @Test
  void aJobThatIsReleasedKeepsNothingThatCouldBeRefused() {
    AttemptFailure said = new AttemptFailure(Reason.EXCEPTION, "X", "refused", "stack", "f");
    assertThat(replacement(new AttemptEnd.Released(LEASE, DELAY, said)))
        .isEqualTo(new AttemptEnd.Released(LEASE, DELAY));
  }

  @Test
  void aCrashStaysACrashAndARetryARetryWithoutWhatTheExceptionSaid() {
    AttemptFailure said =
        new AttemptFailure(Reason.OUT_OF_MEMORY, "java.lang.Error", "secret", "secret", "0123");

    assertThat(replacement(new AttemptEnd.Crashed(LEASE, said, 3, DELAY)))
        .isInstanceOfSatisfying(
            AttemptEnd.Crashed.class,
            crashed -> {
              assertThat(crashed.maxCrashes()).isEqualTo(3);
              assertThat(crashed.delay()).isEqualTo(DELAY);
              assertThat(crashed.failure().reason()).isEqualTo(Reason.OUT_OF_MEMORY);
              assertThat(crashed.failure().message())
                  .contains("could not be recorded", "SQL state 23514")
                  .doesNotContain("secret");
              assertThat(crashed.failure().stack()).isNull();
            });
    assertThat(replacement(new AttemptEnd.Retried(LEASE, said, DELAY)))
        .isInstanceOfSatisfying(
            AttemptEnd.Retried.class,
            retried -> {
              assertThat(retried.delay()).isEqualTo(DELAY);
              assertThat(retried.failure().reason()).isEqualTo(Reason.OUTCOME_REFUSED);
            });
  }

  @Test
  void aResultThatIsRefusedIsAFailure() {
    AttemptEnd end = replacement(new AttemptEnd.Completed(LEASE, "{}", 1));

    assertThat(end).isInstanceOf(AttemptEnd.Failed.class);
    assertThat(end.status()).isEqualTo(JobStatus.FAILED);
  }

  @Test
  void allThatAnEndSaysCountsAsItsBytes() {
    AttemptFailure said = new AttemptFailure(Reason.EXCEPTION, "X", "message", "a stack", "f");
    long empty = ended(new AttemptEnd.Cancelled(LEASE)).bytes();

    for (AttemptEnd end :
        List.of(
            new AttemptEnd.Failed(LEASE, said),
            new AttemptEnd.Retried(LEASE, said, DELAY),
            new AttemptEnd.Released(LEASE, DELAY, said),
            new AttemptEnd.Crashed(LEASE, said, 3, DELAY))) {
      assertThat(ended(end).bytes())
          .as("%s", end)
          .isEqualTo(empty + "message".length() + "a stack".length());
    }
    assertThat(ended(new AttemptEnd.Completed(LEASE, "{\"a\":1}", 1)).bytes()).isEqualTo(empty + 7);
  }
}
