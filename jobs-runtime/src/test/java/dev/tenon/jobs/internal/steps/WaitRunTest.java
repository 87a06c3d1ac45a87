package dev.tenon.jobs.internal.steps;

import static dev.tenon.jobs.internal.steps.StepsFixture.NIGHT;
import static dev.tenon.jobs.internal.steps.StepsFixture.PAID;
import static dev.tenon.jobs.internal.steps.StepsFixture.PAYMENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.internal.store.StoredSignal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitRunTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final StepsFixture job = new StepsFixture();

  private void send(String id, int version, String text) {
    job.records.signals.add(
        new StoredSignal(id, PAID.name(), version, "{\"text\":\"" + text + "\"}"));
  }

  private void suspends(AttemptSteps steps, Runnable call) {
    assertThatExceptionOfType(JobSuspendedError.class).isThrownBy(call::run);
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.Waits.class);
  }

  @Test
  void aWaitEndsTheAttemptUntilItsSignalIsThere() {
    AttemptSteps first = job.attempt();
    suspends(first, () -> first.await(PAYMENT, "", HOUR));
    suspends(first, () -> first.await(PAYMENT, "other", HOUR));
    send("s1", 2, "paid");
    assertThat(job.attempt().await(PAYMENT, "", HOUR)).contains(new Receipt("paid"));
    assertThat(job.attempt().await(PAYMENT, "", HOUR)).contains(new Receipt("paid"));
    assertThat(job.records.written).containsExactly("payment waiting", "payment done");
  }

  @Test
  void theTimeIsThatOfTheFirstCall() {
    AttemptSteps first = job.attempt();
    suspends(first, () -> first.await(PAYMENT, "", HOUR));
    job.records.now = job.records.now.plus(HOUR).minusSeconds(1);
    AttemptSteps second = job.attempt();
    suspends(second, () -> second.await(PAYMENT, "", HOUR));
    job.records.now = job.records.now.plusSeconds(1);
    assertThat(job.attempt().await(PAYMENT, "", HOUR)).isEmpty();
    send("late", 2, "paid");
    assertThat(job.attempt().await(PAYMENT, "", HOUR)).as("it has timed out").isEmpty();
  }

  @Test
  void aSleepIsOverOnce() {
    AttemptSteps first = job.attempt();
    suspends(first, () -> first.sleep(NIGHT, "", HOUR));
    job.records.now = job.records.now.plus(HOUR);
    job.attempt().sleep(NIGHT, "", HOUR);
    job.attempt().sleep(NIGHT, "", HOUR);
    assertThat(job.records.written).containsExactly("night waiting", "night done");
  }

  @Test
  void aSignalThatNobodyCanUseIsRefused() {
    send("bad", 2, "");
    job.records.signals.add(new StoredSignal("worse", PAID.name(), 2, "{\"text\":1}"));
    AttemptSteps steps = job.attempt();
    suspends(steps, () -> steps.await(PAYMENT, "", HOUR));
    assertThat(job.records.refused).hasSize(2);
    assertThat(job.records.refused.get(0))
        .isEqualTo("bad: It is not valid: text must not be empty.");
    assertThat(job.records.refused.get(1)).startsWith("worse: ");
    send("good", 2, "paid");
    assertThat(job.attempt().await(PAYMENT, "", HOUR)).contains(new Receipt("paid"));
  }

  @Test
  void aSignalOfNewerCodeIsLeftToIt() {
    send("new", 3, "paid");
    AttemptSteps steps = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> steps.await(PAYMENT, "", HOUR));
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.NewerRecords.class);
    assertThat(job.records.refused).isEmpty();
  }

  @Test
  void aHandlerThatShouldStopDoesNotWait() {
    AttemptSteps steps = job.attempt();
    job.host.stop = StopReason.CANCELLED;
    assertThatExceptionOfType(JobCancelledException.class)
        .isThrownBy(() -> steps.await(PAYMENT, "", HOUR));
    assertThat(steps.suspension()).isEmpty();
  }

  @Test
  void timesHaveLimits() {
    AttemptSteps steps = job.attempt();
    for (Duration wrong : new Duration[] {Duration.ofSeconds(-1), Duration.ofDays(40_000)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> steps.sleep(NIGHT, "", wrong))
          .withMessageContaining("must be from 0 to 100 years");
    }
  }

  @Test
  void allAttemptsGetTheSameToken() {
    AttemptSteps first = job.attempt();
    String token = first.token(PAID, "");
    assertThat(token).matches("[A-Za-z0-9_-]{54}").isEqualTo(first.token(PAID, ""));
    assertThat(first.token(PAID, "other")).isNotEqualTo(token);
    assertThat(job.attempt().token(PAID, "")).isEqualTo(token);
    assertThat(job.records.written)
        .containsExactly("token:order.paid open", "token:order.paid/other open");
  }

  @Test
  void theCursorThatWasSavedLastIsGivenToTheNextAttempt() {
    AttemptSteps first = job.attempt();
    assertThat(first.cursor(StepsFixture.RECEIPT)).isEmpty();
    first.saveCursor(StepsFixture.RECEIPT, new Receipt("1"));
    first.saveCursor(StepsFixture.RECEIPT, new Receipt("2"));
    assertThat(first.cursor(StepsFixture.RECEIPT)).contains(new Receipt("2"));
    assertThat(job.attempt().cursor(StepsFixture.RECEIPT)).contains(new Receipt("2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.saveCursor(StepsFixture.RECEIPT, new Receipt("")))
        .withMessageContaining("is not valid: text must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.saveCursor(StepsFixture.RECEIPT, new Receipt("x".repeat(2 << 20))))
        .withMessageContaining("The cursor has 2,097,163 bytes");
  }

  @Test
  void aCursorIsSavedBeforeTheHandlerStops() {
    AttemptSteps steps = job.attempt();
    job.host.isShuttingDown = true;
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> steps.saveCursor(StepsFixture.RECEIPT, new Receipt("1")));
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.ShuttingDown.class);

    AttemptSteps timedOut = job.attempt();
    job.host.stop = StopReason.TIMED_OUT;
    assertThatExceptionOfType(JobCancelledException.class)
        .isThrownBy(() -> timedOut.saveCursor(StepsFixture.RECEIPT, new Receipt("2")));
    assertThat(job.attempt().cursor(StepsFixture.RECEIPT)).contains(new Receipt("2"));
  }
}
