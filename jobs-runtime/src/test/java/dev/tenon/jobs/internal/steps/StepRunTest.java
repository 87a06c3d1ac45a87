package dev.tenon.jobs.internal.steps;

import static dev.tenon.jobs.internal.steps.StepsFixture.CHARGE;
import static dev.tenon.jobs.internal.steps.StepsFixture.RESERVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tenon.jobs.JobCancelledException;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor.Body;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepTimeoutException;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.store.StoredStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StepRunTest {

  private static final StepDefinition<Receipt> ONCE = CHARGE.notRepeatable();
  private static final StepDefinition<Receipt> STUBBORN =
      CHARGE.withRetryPolicy(RetryPolicy.of(2, Duration.ofMinutes(1)));

  private final StepsFixture job = new StepsFixture();
  private final AtomicInteger runs = new AtomicInteger();

  private Body<Receipt, RuntimeException> body(String text) {
    return step -> {
      runs.incrementAndGet();
      return new Receipt(text);
    };
  }

  private static <X extends Exception> Body<Receipt, X> failing(X failure) {
    return step -> {
      throw failure;
    };
  }

  private static Body<Resolution<Receipt>, RuntimeException> answering(
      Resolution<Receipt> resolution) {
    return step -> resolution;
  }

  private StoredStep record(String name) {
    return job.records.steps.get(new SavedSteps.Id(name, ""));
  }

  @Test
  void aStepRunsOnceAndItsResultIsGivenBack() {
    assertThat(job.attempt().run(CHARGE, "", body("first"))).isEqualTo(new Receipt("first"));
    assertThat(job.records.reads).as("the first attempt reads nothing").isZero();
    AttemptSteps second = job.attempt();
    assertThat(second.run(CHARGE, "", body("second"))).isEqualTo(new Receipt("first"));
    assertThat(second.run(CHARGE, "b", body("third"))).isEqualTo(new Receipt("third"));
    assertThat(runs).hasValue(2);
    assertThat(job.records.reads).isOne();
    assertThat(job.records.written).containsExactly("charge done", "charge/b done");
    assertThat(job.host.shields).as("every statement has ended").isZero();
  }

  @Test
  void aRenamedStepContinuesItsRecord() {
    job.attempt().run(StepDefinition.of("pay", StepsFixture.RECEIPT), "", body("first"));
    AttemptSteps second = job.attempt();
    assertThat(second.run(CHARGE.withAliases("bill", "pay"), "", body("second")))
        .isEqualTo(new Receipt("first"));
  }

  @Test
  void theSameStepTwiceNeedsAKey() {
    AttemptSteps steps = job.attempt();
    steps.run(CHARGE, "", body("first"));
    assertThatIllegalStateException()
        .isThrownBy(() -> steps.run(CHARGE, "", body("second")))
        .withMessageContaining("step 'charge' twice in one attempt")
        .withMessageContaining("@StepKey");
    assertThat(runs).hasValue(1);
  }

  @Test
  void aStepWithinAStepIsRefused() {
    AttemptSteps steps = job.attempt();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                steps.run(
                    CHARGE,
                    "",
                    step -> {
                      steps.sleep(StepsFixture.NIGHT, "", Duration.ofDays(1));
                      return null;
                    }))
        .withMessageContaining("Step 'charge' calls sleep 'night'");
    assertThat(job.records.written).isEmpty();
  }

  @Test
  void aKeyThatCannotBeStoredIsRefused() {
    AttemptSteps steps = job.attempt();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steps.run(CHARGE, "k".repeat(201), body("")))
        .withMessageContaining("has 201 characters; the maximum is 200");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steps.run(CHARGE, "a\u0000", body("")))
        .withMessageContaining("cannot store");
  }

  @Test
  void theIdempotencyKeyIsThatOfTheRecord() {
    AtomicReference<String> first = new AtomicReference<>();
    AtomicReference<String> second = new AtomicReference<>();
    job.attempt()
        .runOnce(
            StepDefinition.of("pay", StepsFixture.RECEIPT).notRepeatable(),
            "",
            step -> {
              first.set(step.idempotencyKey());
              return new Receipt("x");
            },
            answering(Resolution.notDone()));
    job.records.put("pay", "", record("pay").kind(), State.BEGUN, 1, 1, 1, 0, null, null, null);
    Receipt unused =
        job.attempt()
            .runOnce(
                ONCE.withAliases("pay"),
                "",
                body("y"),
                step -> {
                  second.set(step.idempotencyKey());
                  return Resolution.done(new Receipt("z"));
                });
    assertThat(UUID.fromString(first.get()).version()).isEqualTo(5);
    assertThat(UUID.fromString(first.get()).variant()).isEqualTo(2);
    assertThat(second).hasValue(first.get());
    assertThat(new StepIdentity(StepsFixture.JOB, "pay", "1").idempotencyKey())
        .isNotEqualTo(first.get());
  }

  @Test
  void aStepThatMayNotBeRepeatedNotesItsBeginning() {
    assertThat(job.attempt().runOnce(ONCE, "", body("x"), answering(Resolution.notDone())))
        .isEqualTo(new Receipt("x"));
    assertThat(job.records.written).containsExactly("charge begun", "charge done");
  }

  @Test
  void aStepInDoubtIsNotRunBeforeItIsKnownThatItWasNotDone() throws Exception {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> job.attempt().runOnce(ONCE, "", failing(new IOException()), step -> null));
    assertThat(record("charge").state()).isEqualTo(State.BEGUN);

    assertThatExceptionOfType(IOException.class)
        .as("the question fails")
        .isThrownBy(
            () ->
                job.attempt()
                    .<Receipt, Exception>runOnce(
                        ONCE,
                        "",
                        step -> new Receipt("x"),
                        step -> {
                          throw new IOException();
                        }));
    assertThat(record("charge").state()).isEqualTo(State.BEGUN);

    assertThat(job.attempt().runOnce(ONCE, "", body("x"), answering(Resolution.notDone())))
        .isEqualTo(new Receipt("x"));
    assertThat(runs).hasValue(1);
    assertThat(job.records.written).endsWith("charge begun", "charge done");
  }

  @Test
  void aStepInDoubtThatWasDoneIsNotRun() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                job.attempt()
                    .runOnce(
                        ONCE,
                        "",
                        failing(new IllegalArgumentException()),
                        answering(Resolution.notDone())));
    assertThat(
            job.attempt()
                .runOnce(ONCE, "", body("x"), answering(Resolution.done(new Receipt("found")))))
        .isEqualTo(new Receipt("found"));
    assertThat(job.attempt().runOnce(ONCE, "", body("x"), answering(Resolution.notDone())))
        .isEqualTo(new Receipt("found"));
    assertThat(runs).hasValue(0);
  }

  @Test
  void aPersonIsAskedUntilTheyHaveDecided() {
    job.records.put("charge", "", Kind.STEP, State.BEGUN, 1, 1, 1, 0, null, null, null);
    job.attempt();
    AttemptSteps steps = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(
            () ->
                steps.runOnce(
                    ONCE, "", body("x"), answering(Resolution.askPerson("Was it charged?"))));
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.Waits.class);
    assertThat(record("charge").state()).isEqualTo(State.IN_DOUBT);
    assertThat(record("charge").message()).isEqualTo("Was it charged?");

    AttemptSteps again = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> again.runOnce(ONCE, "", body("x"), answering(Resolution.notDone())));
    assertThat(record("charge").lease()).as("the wait of this attempt").isEqualTo(3);

    job.records.put(
        "charge", "", record("charge").kind(), State.NOT_DONE, 1, 1, 1, 0, null, null, null);
    assertThat(job.attempt().runOnce(ONCE, "", body("x"), answering(Resolution.notDone())))
        .isEqualTo(new Receipt("x"));
    assertThat(runs).hasValue(1);
  }

  @Test
  void aStepWithItsOwnAttemptsEndsTheAttemptAtTheJob() {
    IOException failure = new IOException("offline");
    AttemptSteps first = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> first.run(STUBBORN, "", failing(failure)));
    assertThat(first.suspension())
        .contains(
            new Suspension.StepFailed(
                "Attempt 1 of 2 of step 'charge' has failed.", failure, Duration.ofMinutes(1)));
    assertThat(record("charge").state()).isEqualTo(State.FAILED);
    assertThat(record("charge").attempts()).isEqualTo(1);
    assertThat(record("charge").message()).isEqualTo("java.io.IOException: offline");
    assertThatExceptionOfType(JobSuspendedError.class)
        .as("whatever the handler does then")
        .isThrownBy(() -> first.run(CHARGE, "other", body("x")));

    AttemptSteps second = job.attempt();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> second.run(STUBBORN, "", failing(failure)))
        .isSameAs(failure);
    assertThat(second.suspension()).get().isInstanceOf(Suspension.StepGaveUp.class);

    AttemptSteps retriedByHand = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> retriedByHand.run(STUBBORN, "", failing(failure)));
    assertThat(record("charge").attempts()).isEqualTo(1);
  }

  @Test
  void theExceptionOfAStepMayDecideOtherwise() {
    AttemptSteps later = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(
            () ->
                later.run(
                    STUBBORN,
                    "",
                    failing(new RetryJobException("later", Duration.ofHours(1), null))));
    assertThat(((Suspension.StepFailed) later.suspension().orElseThrow()).delay())
        .isEqualTo(Duration.ofHours(1));
    for (RuntimeException each :
        new RuntimeException[] {
          new PermanentJobException("no"), new UncheckedIOException(new IOException())
        }) {
      AttemptSteps steps = job.attempt();
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> steps.run(STUBBORN, "", failing(each)))
          .isSameAs(each);
      assertThat(steps.suspension()).as("the attempt fails as usual").isEmpty();
    }
  }

  @Test
  void anOutageIsNoFailureOfTheStep() {
    AttemptSteps steps = job.attempt();
    job.host.isOutage = true;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> steps.run(STUBBORN, "", failing(new IOException())));
    assertThat(job.records.written).isEmpty();
  }

  @Test
  void aStepThatTakesTooLongIsInterrupted() {
    AttemptSteps steps = job.attempt();
    assertThatExceptionOfType(StepTimeoutException.class)
        .isThrownBy(
            () ->
                steps.run(
                    CHARGE.withTimeout(Duration.ofSeconds(5)),
                    "",
                    step -> {
                      job.host.timers.get(0).run();
                      assertThat(Thread.currentThread().isInterrupted()).isTrue();
                      return new Receipt("late");
                    }))
        .withMessageContaining("took longer than its timeout of PT5S");
    assertThat(Thread.currentThread().isInterrupted()).as("the rest of the handler").isFalse();
    assertThat(job.host.timers).isEmpty();
    assertThat(job.records.written).isEmpty();
  }

  @Test
  void aStepIsNotBegunOnceTheHandlerShouldStop() {
    AttemptSteps steps = job.attempt();
    job.host.stop = StopReason.CANCELLED;
    assertThatExceptionOfType(JobCancelledException.class)
        .isThrownBy(() -> steps.run(CHARGE, "", body("x")));
    assertThat(runs).hasValue(0);
  }

  @Test
  void aStepThatRunsWhenTheHandlerShouldStopIsRecorded() {
    AttemptSteps steps = job.attempt();
    assertThat(
            steps.run(
                CHARGE,
                "",
                step -> {
                  job.host.stop = StopReason.TIMED_OUT;
                  return new Receipt("x");
                }))
        .isEqualTo(new Receipt("x"));
    assertThat(job.records.written).containsExactly("charge done");
  }

  @Test
  void aLostLeaseEndsTheAttempt() {
    AttemptSteps steps = job.attempt();
    job.records.hasLease = false;
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> steps.run(CHARGE, "", body("x")));
    assertThat(job.host.lostLeases).isOne();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> steps.run(CHARGE, "2", body("x")));
    assertThat(job.host.lostLeases).isOne();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aRecordThatCannotBeWrittenEndsTheAttemptUncounted() {
    AttemptSteps steps = job.attempt();
    job.records.outage = new StoreUnavailableException("down", "08006", new Exception());
    assertThatExceptionOfType(JobStoreException.class)
        .isThrownBy(() -> steps.run(CHARGE, "", body("x")));
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.WithoutRecords.class);
    job.records.outage = null;
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> steps.run(CHARGE, "2", body("x")));
  }

  @Test
  void recordsOfNewerCodeAreLeftToIt() {
    Receipt unused = job.attempt(StepsFixture.type(2)).run(CHARGE, "", body("x"));
    AttemptSteps older = job.attempt();
    assertThatExceptionOfType(JobSuspendedError.class)
        .isThrownBy(() -> older.run(CHARGE, "2", body("x")));
    assertThat(older.suspension())
        .get()
        .isInstanceOfSatisfying(
            Suspension.NewerRecords.class, newer -> assertThat(newer.version()).isEqualTo(2));
  }

  @Test
  void resultsAreChecked() {
    AttemptSteps steps = job.attempt();
    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> steps.run(CHARGE, "null", step -> null))
        .withMessageContaining("returned null; its result type is Receipt");
    assertThatExceptionOfType(JobsException.class)
        .isThrownBy(() -> steps.run(CHARGE, "empty", body("")))
        .withMessageContaining("is not valid: text must not be empty");
    assertThatExceptionOfType(PermanentJobException.class)
        .isThrownBy(() -> steps.run(CHARGE, "large", body("x".repeat(2 << 20))))
        .withMessageContaining("has 2,097,163 bytes as JSON; the limit is 1,048,576");
    assertThat(job.records.written).isEmpty();
  }

  @Test
  void aJobHasSoManySteps() {
    job.limits = job.limits.withSteps(2);
    Receipt unused = job.attempt().run(CHARGE, "1", body("x"));
    AttemptSteps steps = job.attempt();
    steps.run(CHARGE, "2", body("x"));
    steps.run(CHARGE, "1", body("x"));
    assertThatExceptionOfType(PermanentJobException.class)
        .isThrownBy(() -> steps.run(CHARGE, "3", body("x")))
        .withMessageContaining("has 2 steps and waits, which is the limit");
  }

  @Test
  void theResultsOfAJobAreBoundedTogether() {
    job.limits = job.limits.withStepResultsBytes(30);
    // {"text":"xxx"}
    Receipt unused = job.attempt().run(CHARGE, "1", body("xxx"));
    AttemptSteps steps = job.attempt();
    steps.run(CHARGE, "2", body("xxx"));
    assertThatExceptionOfType(PermanentJobException.class)
        .isThrownBy(() -> steps.run(CHARGE, "3", body("xxx")))
        .withMessageContaining("have 42 bytes together; the limit is 30")
        .withMessageContaining("raise SizeLimits.stepResultsBytes");
    assertThat(steps.run(CHARGE, "1", body("never"))).isEqualTo(new Receipt("xxx"));
  }

  @Test
  void sensitiveValuesOfResultsAreHiddenFromThenOn() {
    StepDefinition<Receipt> secret = StepDefinition.of("secret", StepsFixture.SECRET);
    for (int i = 0; i < 2; i++) {
      AttemptSteps steps = job.attempt();
      steps.run(secret, "", body("DE89 3704"));
      assertThat(steps.hidden().current().hiddenIn("of DE89 3704 fails")).doesNotContain("3704");
      assertThatExceptionOfType(JobSuspendedError.class)
          .isThrownBy(
              () ->
                  steps.run(
                      STUBBORN,
                      "",
                      failing(new RetryJobException("DE89 3704", Duration.ZERO, null))));
      assertThat(record("charge").message()).doesNotContain("3704");
      job.records.steps.remove(new SavedSteps.Id("charge", ""));
    }
  }

  @Test
  void aTransactionalStepIsRolledBackIfItFails() throws Exception {
    AttemptSteps steps = job.attempt();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                steps.<Void, IOException>runInTransaction(
                    RESERVE,
                    "1",
                    (step, transaction) -> {
                      throw new IOException();
                    }));
    assertThat(job.records.rollbacks).isOne();
    Void unused = steps.runInTransaction(RESERVE, "2", (step, transaction) -> null);
    assertThat(job.records.written).containsExactly("reserve/2 done");
    assertThat(job.host.shields).isZero();
  }

  @Test
  void aTransactionalStepDoesNotEndItsTransaction() {
    AttemptSteps steps = job.attempt();
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                steps.<Void, Exception>runInTransaction(
                    RESERVE,
                    "",
                    (step, transaction) -> {
                      transaction.commit();
                      return null;
                    }))
        .withMessageContaining("Step 'reserve' calls commit on its connection");
    assertThat(job.records.rollbacks).isOne();
  }

  @Test
  void aTransactionThatMayHaveBeenCommittedIsLookedUpByTheNextAttempt() {
    AttemptSteps steps = job.attempt();
    job.records.commitFailure = new SQLException("cut", "08006");
    assertThatExceptionOfType(JobStoreException.class)
        .isThrownBy(
            () ->
                steps.<Void, Exception>runInTransaction(
                    RESERVE, "", (step, transaction) -> writes(transaction)))
        .withMessageContaining("it is unknown whether it was committed");
    assertThat(steps.suspension()).get().isInstanceOf(Suspension.WithoutRecords.class);
    Void unused =
        job.attempt().runInTransaction(RESERVE, "", (step, transaction) -> writes(transaction));
    assertThat(runs).hasValue(1);
  }

  private Void writes(Connection transaction) {
    assertThat(transaction).isNotNull();
    runs.incrementAndGet();
    return null;
  }
}
