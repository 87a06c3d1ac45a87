package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.InvalidSignalException;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What steps, waits and signals in memory have in common with those of a runtime on PostgreSQL. */
abstract class StepsContract {

  private static final Actor ANN = Actor.of("ann", "She has asked the bank");

  final OrderFulfil.Handler handler = new OrderFulfil.Handler();

  /** The service. Nothing runs until {@link #runUntil} is called. */
  abstract JobService service();

  /** Runs jobs until a condition is met. */
  abstract void runUntil(BooleanSupplier condition);

  StepsContract() {
    handler.sleep = Duration.ofMillis(20);
  }

  /** The handlers of the jobs. */
  JobHandlers handlers() {
    return new KitJobsHandlers(
        handler,
        new ParcelSend.Handler(),
        new PartIndex.Handler(),
        new StockCount.Handler(context -> {}),
        new Echo.Handler(),
        new AccountEvent.Handler(new ArrayList<>()),
        new PartEvent.Handler(new ArrayList<>()));
  }

  private KitJobs jobs() {
    return new KitJobs(service());
  }

  private UUID submit(String itemId) {
    return jobs()
        .orderFulfil()
        .submit(
            new OrderFulfil(List.of("bolt", "nut"), false),
            SubmitOptions.by("test").withItemId(itemId))
        .jobId();
  }

  private UUID waiting(String itemId) {
    UUID id = submit(itemId);
    runUntil(() -> state(id, "decision") == JobStep.State.WAITING && isWaiting(id));
    return id;
  }

  private boolean isWaiting(UUID id) {
    return service().get(id).status() == JobStatus.PENDING;
  }

  private JobStep.State state(UUID id, String name) {
    return service().steps().ofJob(id).stream()
        .filter(step -> step.name().equals(name) && step.kind() != JobStep.Kind.TOKEN)
        .map(JobStep::state)
        .findFirst()
        .orElse(JobStep.State.OPEN);
  }

  private void endsWith(UUID id, int cents) {
    runUntil(() -> service().get(id).status().isTerminal());
    assertThat(jobs().orderFulfil().find(id).flatMap(job -> job.result()))
        .contains(new OrderFulfil.Fulfilment("R2", cents));
  }

  private static void isRefused(Reason reason, ThrowingCallable sending) {
    assertThatThrownBy(sending)
        .isInstanceOfSatisfying(
            SignalRefusedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void aJobWaitsAndContinuesOnASignal() {
    UUID id = waiting("order-1");
    assertThat(service().whyWaiting(id))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isInstanceOfSatisfying(
                        WaitReason.ForSignal.class,
                        wait -> {
                          assertThat(wait.name()).isEqualTo("decision");
                          assertThat(wait.signals()).containsExactly("order.paid", "order.stopped");
                          assertThat(wait.until()).isPresent();
                        }));

    assertThat(jobs().orderPaid().send(id, new OrderPaid(995), SignalOptions.by("bank")))
        .isEqualTo(new SentSignal(List.of(id), true));
    endsWith(id, 995);

    assertThat(handler.done).containsExactly("charge", "pack bolt", "pack nut");
    assertThat(handler.tokens).hasSizeGreaterThan(1).containsOnly(handler.tokens.get(0));
    assertThat(service().get(id).attempts()).isEqualTo(1);
    assertThat(service().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(
            JobAttempt.Outcome.SUSPENDED,
            JobAttempt.Outcome.SUSPENDED,
            JobAttempt.Outcome.COMPLETED);
    assertThat(service().steps().ofJob(id))
        .extracting(step -> step.kind().code() + " " + step.name() + "/" + step.key())
        .containsExactly(
            "step charge/",
            "token order.paid/",
            "wait decision/",
            "sleep beforePacking/",
            "step pack/bolt",
            "step pack/nut");
    assertThat(service().steps().ofJob(id))
        .extracting(step -> step.result().orElse(""))
        .containsExactly("{\"number\":\"••••\"}", "", "{\"cents\":\"••••\"}", "", "", "");
    assertThat(service().steps().cursorOfJob(id)).contains("{\"lines\":\"••••\"}");
    assertThat(service().steps().signalsOfJob(id))
        .singleElement()
        .satisfies(
            signal -> {
              assertThat(signal.sentBy()).isEqualTo("bank");
              assertThat(signal.value()).isEqualTo("{\"cents\":\"••••\"}");
              assertThat(signal.deliveredAt()).isPresent();
            });
  }

  @Test
  void aSignalThatComesFirstIsKeptAndOneWithItsIdIsNotStored() {
    UUID id = submit("order-2");
    SignalOptions options = SignalOptions.by("bank").withId("event-1");
    assertThat(jobs().orderPaid().send(id, new OrderPaid(1), options).isNew()).isTrue();
    assertThat(jobs().orderPaid().send(id, new OrderPaid(2), options).isNew()).isFalse();
    assertThatThrownBy(() -> jobs().orderPaid().send(id, new OrderPaid(0), options))
        .isInstanceOf(InvalidSignalException.class)
        .hasMessage("The signal 'order.paid' is not valid: cents must be positive.");
    endsWith(id, 1);
  }

  @Test
  void aSignalWithAKnownIdIsNotRefusedAfterTheEnd() {
    UUID id = submit("order-9");
    SignalOptions options = SignalOptions.by("bank").withId("event-1");
    assertThat(jobs().orderPaid().send(id, new OrderPaid(1), options).isNew()).isTrue();
    endsWith(id, 1);

    SentSignal known = new SentSignal(List.of(id), false);
    assertThat(jobs().orderPaid().send(id, new OrderPaid(1), options)).isEqualTo(known);
    assertThat(jobs().orderPaid().sendToItem("order-9", new OrderPaid(1), options))
        .isEqualTo(known);
    assertThat(service().steps().send(id, "order.paid", "{\"cents\": 1}", options, ANN))
        .isEqualTo(known);
    isRefused(
        Reason.JOB_ENDED,
        () -> jobs().orderPaid().send(id, new OrderPaid(1), options.withId("event-2")));
  }

  @Test
  void aJobHasAtMostAThousandSignalsThatItsHandlerHasNotTaken() {
    UUID full = submit("order-10");
    for (int i = 0; i < 1_000; i++) {
      SentSignal unused =
          jobs().orderPaid().send(full, new OrderPaid(1), SignalOptions.by("bank").withId("e" + i));
    }
    SignalOptions more = SignalOptions.by("bank").withId("more");
    assertThatThrownBy(() -> jobs().orderPaid().send(full, new OrderPaid(1), more))
        .isInstanceOfSatisfying(
            SignalRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY))
        .hasMessageContaining("1,000 signals that its handler has not taken");
    assertThat(jobs().orderPaid().send(full, new OrderPaid(1), more.withId("e0")).isNew())
        .isFalse();

    // All jobs of an item get a signal, or none
    UUID empty = submit("order-10");
    isRefused(
        Reason.TOO_MANY, () -> jobs().orderPaid().sendToItem("order-10", new OrderPaid(1), more));
    assertThat(service().steps().signalsOfJob(empty)).isEmpty();
  }

  @Test
  void whatCannotBeDeliveredIsRefused() {
    UUID id = waiting("order-3");
    SignalOptions bank = SignalOptions.by("bank");
    UUID parcel =
        jobs()
            .parcelSend()
            .submit(
                new ParcelSend("Bremen", 0),
                SubmitOptions.by("test").withItemId("order-3").withDelay(Duration.ofDays(1)))
            .jobId();

    isRefused(Reason.NOT_AWAITED, () -> jobs().orderPaid().send(parcel, new OrderPaid(1), bank));
    assertThatThrownBy(
            () -> service().steps().send(id, "order.unknown", "{}", SignalOptions.defaults(), ANN))
        .isInstanceOf(SignalRefusedException.class)
        .hasMessage(
            "The handler of job type 'order.fulfil' does not wait for the signal 'order.unknown'. Add a wait for it (@Awaits) and deploy the workers first, or send another signal.");
    isRefused(
        Reason.NO_JOB, () -> jobs().orderPaid().sendToItem("order-9", new OrderPaid(1), bank));
    isRefused(
        Reason.UNKNOWN_TOKEN, () -> jobs().orderPaid().sendByToken("x", new OrderPaid(1), bank));
    isRefused(
        Reason.UNKNOWN_TOKEN,
        () ->
            jobs()
                .orderStopped()
                .sendByToken(handler.tokens.get(0), new OrderStopped("Late"), bank));
    assertThatThrownBy(() -> jobs().orderPaid().send(UUID.randomUUID(), new OrderPaid(1), bank))
        .isInstanceOf(JobNotFoundException.class);

    assertThat(jobs().orderStopped().sendToItem("order-3", new OrderStopped("No stock"), bank))
        .isEqualTo(new SentSignal(List.of(id), true));
    endsWith(id, 0);
    isRefused(Reason.JOB_ENDED, () -> jobs().orderPaid().send(id, new OrderPaid(1), bank));
  }

  @Test
  void aTokenIsUsedOnce() {
    UUID id = waiting("order-4");
    String token = handler.tokens.get(0);
    SignalOptions options = SignalOptions.by("customer");
    assertThat(jobs().orderPaid().sendByToken(token, new OrderPaid(4), options))
        .isEqualTo(new SentSignal(List.of(id), true));
    isRefused(
        Reason.USED_TOKEN, () -> jobs().orderPaid().sendByToken(token, new OrderPaid(5), options));
    endsWith(id, 4);
  }

  private UUID inDoubt(String itemId) {
    handler.losesReceipt = true;
    handler.resolution = Resolution.askPerson("Was it charged?");
    UUID id = submit(itemId);
    runUntil(() -> state(id, "charge") == JobStep.State.BEGUN && isWaiting(id));
    service().reschedule(id, Instant.EPOCH, ANN);
    runUntil(() -> state(id, "charge") == JobStep.State.IN_DOUBT && isWaiting(id));
    return id;
  }

  @Test
  void aPersonSaysThatAStepInDoubtIsDone() {
    UUID id = inDoubt("order-5");

    assertThat(service().steps().inDoubt(InDoubtQuery.all()).items())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.jobId()).isEqualTo(id);
              assertThat(step.message()).contains("Was it charged?");
            });
    assertThat(service().whyWaiting(id))
        .contains(new WaitReason.StepInDoubt("charge", "", "Was it charged?"));
    assertThatThrownBy(() -> service().steps().markNotDone(id, "pack", "bolt", ANN))
        .isInstanceOf(JobStateException.class);
    assertThatThrownBy(() -> service().reschedule(id, Instant.EPOCH, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessageContaining("becomes due when");
    service().steps().markDone(id, "charge", "", "{\"number\":\"R2\"}", ANN);
    assertThat(service().steps().inDoubt(InDoubtQuery.all()).items()).isEmpty();
    SentSignal unused = jobs().orderPaid().send(id, new OrderPaid(7), SignalOptions.by("bank"));
    endsWith(id, 7);
    assertThat(handler.done).containsOnlyOnce("charge");
  }

  @Test
  void onlyAStepInDoubtOfAJobThatHasNotEndedIsDecided() {
    UUID id = inDoubt("order-11");
    JobSteps steps = service().steps();
    assertThatThrownBy(() -> steps.markDone(id, "pack", "bolt", null, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'order.fulfil' has no step 'pack' with the key 'bolt'.".formatted(id));
    assertThatThrownBy(() -> steps.markDone(id, "charge", "", "R2", ANN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The result is not JSON.");
    assertThatThrownBy(() -> steps.markDone(UUID.randomUUID(), "charge", "", null, ANN))
        .isInstanceOf(JobNotFoundException.class);

    assertThat(service().cancel(id, ANN)).isEqualTo(JobService.CancelResult.CANCELLED);
    assertThatThrownBy(() -> steps.markDone(id, "charge", "", null, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'order.fulfil' is cancelled; a step can be decided only until the job has ended. Run the job again from the step."
                .formatted(id));
    assertThatThrownBy(() -> steps.markNotDone(id, "charge", "", ANN))
        .isInstanceOf(JobStateException.class);
    assertThat(state(id, "charge")).isEqualTo(JobStep.State.IN_DOUBT);
  }

  @Test
  void theShapeOfAResultIsCheckedWhenTheHandlerReadsIt() {
    UUID id = inDoubt("order-12");
    service().steps().markDone(id, "charge", "", "[1]", ANN);
    UUID other = inDoubt("order-13");
    service().steps().markDone(other, "charge", "", null, ANN);

    assertThat(state(id, "charge")).isEqualTo(JobStep.State.DONE);
    assertThat(state(other, "charge")).isEqualTo(JobStep.State.DONE);
    assertThatThrownBy(() -> service().steps().markDone(id, "charge", "", null, ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Step 'charge' of job %s of type 'order.fulfil' is not in doubt.".formatted(id));
  }

  @Test
  void aDecisionDoesNotShortenTheDelayOfARetry() {
    handler.losesReceipt = true;
    UUID id = submit("order-14");
    runUntil(() -> state(id, "charge") == JobStep.State.BEGUN && isWaiting(id));
    Instant due = service().get(id).runAt();

    service().steps().markDone(id, "charge", "", "{\"number\":\"R2\"}", ANN);

    assertThat(service().get(id).runAt()).isEqualTo(due);
  }

  @Test
  void aDecisionIsKeptThatIsMadeWhileTheHandlerIsAboutToAsk() {
    handler.losesReceipt = true;
    handler.resolution = Resolution.askPerson("Was it charged?");
    UUID id = submit("order-15");
    runUntil(() -> state(id, "charge") == JobStep.State.BEGUN && isWaiting(id));
    handler.whileFinding =
        () -> service().steps().markDone(id, "charge", "", "{\"number\":\"R2\"}", ANN);
    service().reschedule(id, Instant.EPOCH, ANN);
    runUntil(() -> state(id, "decision") == JobStep.State.WAITING && isWaiting(id));

    assertThat(state(id, "charge")).isEqualTo(JobStep.State.DONE);
    assertThat(handler.done).containsExactly("charge", "find charge");
  }

  @Test
  void aPersonSaysThatAStepInDoubtIsNotDone() {
    UUID id = inDoubt("order-6");
    service().steps().markNotDone(id, "charge", "", ANN);
    SentSignal unused = jobs().orderPaid().send(id, new OrderPaid(8), SignalOptions.by("bank"));
    endsWith(id, 8);
    assertThat(handler.done).startsWith("charge", "find charge", "charge");
  }

  @Test
  void aCancelledJobRunsAgainFromAStep() {
    UUID id = waiting("order-7");
    JobService.CancelResult cancelled = service().cancel(id, ANN);
    assertThat(cancelled).isEqualTo(JobService.CancelResult.CANCELLED);
    assertThatThrownBy(() -> service().steps().runAgainFrom(id, "pack", "", ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'order.fulfil' has no record of a step or wait 'pack'. Retry the job, so that it begins where it stopped."
                .formatted(id));

    service().steps().runAgainFrom(id, "decision", "", ANN);
    SentSignal unused =
        service().steps().send(id, "order.paid", "{\"cents\": 9}", SignalOptions.defaults(), ANN);
    endsWith(id, 9);
    assertThatThrownBy(() -> service().steps().runAgainFrom(id, "decision", "", ANN))
        .isInstanceOf(JobStateException.class)
        .hasMessage(
            "Job %s of type 'order.fulfil' is completed; only a failed or a cancelled job can be run again from a step."
                .formatted(id));
    assertThat(handler.done).containsExactly("charge", "pack bolt", "pack nut");
    assertThat(service().steps().signalsOfJob(id))
        .extracting(signal -> signal.sentBy())
        .containsExactly("ann");
  }

  @Test
  void signalsByHandAreChecked() {
    UUID id = waiting("order-8");
    assertThatThrownBy(
            () ->
                service()
                    .steps()
                    .send(id, "order.paid", "{\"cents\": 0}", SignalOptions.defaults(), ANN))
        .isInstanceOf(InvalidSignalException.class);
    assertThatThrownBy(
            () ->
                service().steps().send(id, "order.paid", "{\"cents", SignalOptions.defaults(), ANN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(service().steps().signalsOfJob(id)).isEmpty();
  }
}
