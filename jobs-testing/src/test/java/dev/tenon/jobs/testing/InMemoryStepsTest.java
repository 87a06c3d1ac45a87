package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.SentSignal;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.durable.SignalRefusedException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InMemoryStepsTest {

  private static final Actor ANN = Actor.of("ann", "She has asked the bank");

  private final OrderFulfil.Handler handler = new OrderFulfil.Handler();
  private final InMemoryJobs jobs =
      InMemoryJobs.builder()
          .submittedBy("test")
          .handlers(
              new KitJobsHandlers(
                  handler,
                  new ParcelSend.Handler(),
                  new PartIndex.Handler(),
                  new StockCount.Handler(context -> {}),
                  new Echo.Handler(),
                  new AccountEvent.Handler(new ArrayList<>()),
                  new PartEvent.Handler(new ArrayList<>())))
          .build();
  private final KitJobs kit = new KitJobs(jobs);

  private UUID submit() {
    return kit.orderFulfil()
        .submit(
            new OrderFulfil(List.of("bolt", "nut"), false),
            SubmitOptions.defaults().withItemId("order-7"))
        .jobId();
  }

  private void isCompletedWith(UUID id, int cents) {
    assertThat(kit.orderFulfil().find(id).flatMap(job -> job.result()))
        .contains(new OrderFulfil.Fulfilment("R2", cents));
  }

  @Test
  void aJobWaitsForDaysAndContinuesOnASignal() {
    UUID id = submit();
    jobs.advance(Duration.ofDays(2));

    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs.whyWaiting(id))
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .isInstanceOfSatisfying(
                        WaitReason.ForSignal.class,
                        wait -> {
                          assertThat(wait.name()).isEqualTo("decision");
                          assertThat(wait.signals()).containsExactly("order.paid", "order.stopped");
                        }));
    SentSignal sent = kit.orderPaid().send(id, new OrderPaid(995));
    assertThat(sent).isEqualTo(new SentSignal(List.of(id), true));
    assertThat(jobs.drain()).isEqualTo(1);
    jobs.advance(Duration.ofHours(12));

    isCompletedWith(id, 995);
    assertThat(handler.done).containsExactly("charge", "pack bolt", "pack nut");
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(
            JobAttempt.Outcome.SUSPENDED,
            JobAttempt.Outcome.SUSPENDED,
            JobAttempt.Outcome.COMPLETED);
    assertThat(jobs.get(id).attempts()).isEqualTo(1);
    assertThat(jobs.steps().ofJob(id))
        .extracting(JobStep::name)
        .containsExactly("charge", "order.paid", "decision", "beforePacking", "pack", "pack");
    assertThat(jobs.steps().cursorOfJob(id)).contains("{\"lines\":\"••••\"}");
    assertThat(jobs.steps().signalsOfJob(id))
        .singleElement()
        .satisfies(signal -> assertThat(signal.deliveredAt()).isPresent());
  }

  @Test
  void aSignalThatComesFirstIsKeptAndOneWithItsIdIsNotStored() {
    UUID id = submit();
    SignalOptions options = SignalOptions.by("bank").withId("event-1");
    assertThat(kit.orderPaid().send(id, new OrderPaid(1), options).isNew()).isTrue();
    assertThat(kit.orderPaid().send(id, new OrderPaid(2), options).isNew()).isFalse();

    jobs.advance(Duration.ofDays(1));
    isCompletedWith(id, 1);
  }

  @Test
  void theWaitTimesOut() {
    UUID id = submit();
    jobs.advance(Duration.ofDays(4));

    isCompletedWith(id, 0);
    assertThatThrownBy(() -> kit.orderPaid().send(id, new OrderPaid(1)))
        .isInstanceOfSatisfying(
            SignalRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.JOB_ENDED));
    assertThatThrownBy(() -> kit.orderPaid().send(UUID.randomUUID(), new OrderPaid(1)))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void aSignalGoesToTheJobsOfAnItemThatWaitForIt() {
    UUID id = submit();
    UUID other =
        kit.parcelSend()
            .submit(new ParcelSend("Bremen", 0), SubmitOptions.defaults().withItemId("order-7"))
            .jobId();

    assertThat(
            kit.orderStopped()
                .sendToItem("order-7", new OrderStopped("No stock"), SignalOptions.defaults()))
        .isEqualTo(new SentSignal(List.of(id), true));
    assertThatThrownBy(() -> kit.orderPaid().send(other, new OrderPaid(1)))
        .isInstanceOfSatisfying(
            SignalRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NOT_AWAITED));
    assertThatThrownBy(
            () -> kit.orderPaid().sendToItem("order-8", new OrderPaid(1), SignalOptions.defaults()))
        .isInstanceOfSatisfying(
            SignalRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_JOB));
    jobs.drain();
    isCompletedWith(id, 0);
  }

  @Test
  void aPersonDecidesAboutAStepInDoubt() {
    handler.losesReceipt = true;
    handler.resolution = Resolution.askPerson("Was it charged?");
    UUID id = submit();
    jobs.advance(Duration.ofMinutes(1));

    assertThat(jobs.steps().inDoubt(InDoubtQuery.all()).items())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.jobId()).isEqualTo(id);
              assertThat(step.message()).contains("Was it charged?");
            });
    assertThat(jobs.whyWaiting(id))
        .contains(new WaitReason.StepInDoubt("charge", "", "Was it charged?"));
    assertThatThrownBy(() -> jobs.steps().markNotDone(id, "pack", "bolt", ANN))
        .isInstanceOf(JobStateException.class);
    jobs.steps().markDone(id, "charge", "", "{\"number\":\"R2\"}", ANN);
    kit.orderPaid().send(id, new OrderPaid(7));
    jobs.advance(Duration.ofHours(12));

    isCompletedWith(id, 7);
    assertThat(handler.done).containsOnlyOnce("charge");
  }

  @Test
  void aFailedJobRunsAgainFromAStep() {
    UUID id = submit();
    kit.orderPaid().send(id, new OrderPaid(7));
    handler.broken = "nut";
    jobs.advance(Duration.ofDays(1));
    isCompletedWith(id, 7);
    assertThat(handler.done).containsExactly("charge", "pack bolt", "pack nut");

    UUID cancelled = submit();
    jobs.drain();
    jobs.cancel(cancelled, ANN);
    assertThatThrownBy(() -> jobs.steps().runAgainFrom(cancelled, "pack", "", ANN))
        .isInstanceOf(JobStateException.class);
    jobs.steps().runAgainFrom(cancelled, "charge", "", ANN);
    assertThat(jobs.steps().ofJob(cancelled)).isEmpty();
    kit.orderPaid().send(cancelled, new OrderPaid(8));
    jobs.advance(Duration.ofDays(1));
    isCompletedWith(cancelled, 8);
  }

  @Test
  void signalsAreSentByHand() {
    UUID id = submit();
    jobs.steps().send(id, "order.paid", "{\"cents\": 3}", SignalOptions.defaults(), ANN);
    jobs.advance(Duration.ofDays(1));
    isCompletedWith(id, 3);
    assertThat(jobs.steps().signalsOfJob(id))
        .extracting(signal -> signal.sentBy())
        .containsExactly("ann");
    assertThat(jobs.steps().cursorOfJob(UUID.randomUUID())).isEqualTo(Optional.empty());
  }

  @Test
  void aSignalThatNobodyKnowsIsKeptForAHandlerThatNobodyKnows() {
    InMemoryJobs kept = InMemoryJobs.create();
    UUID id =
        new KitJobs(kept)
            .parcelSend()
            .submit(new ParcelSend("Bremen", 0), SubmitOptions.by("test"))
            .jobId();

    assertThat(kept.steps().send(id, "parcel.lost", "{}", SignalOptions.defaults(), ANN))
        .isEqualTo(new SentSignal(List.of(id), true));
    assertThat(kept.steps().signalsOfJob(id))
        .singleElement()
        .satisfies(
            signal -> {
              assertThat(signal.name()).isEqualTo("parcel.lost");
              // Nobody has declared what is sensitive in it
              assertThat(signal.value()).isEqualTo("\"••••\"");
            });
  }
}
