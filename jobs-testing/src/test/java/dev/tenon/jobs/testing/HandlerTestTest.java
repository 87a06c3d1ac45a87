package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.PayloadTooLargeException;
import dev.tenon.jobs.options.SizeLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HandlerTestTest {

  private static final HandlerTest<ParcelSend, ParcelSend.Receipt> PARCELS =
      HandlerTest.of(ParcelSendJob.DEFINITION, new ParcelSend.Handler());

  private static ParcelSend to(String address) {
    return new ParcelSend(address, 0);
  }

  private static HandlerTest<ParcelSend, ParcelSend.Receipt> test(
      JobHandler<ParcelSend, ParcelSend.Receipt> handler) {
    return HandlerTest.of(ParcelSendJob.DEFINITION, handler);
  }

  @Test
  void givesTheResultAndTheReports() {
    HandlerRun<ParcelSend.Receipt> run = PARCELS.run(to("Bremen"));

    assertThat(run)
        .isCompleted()
        .isCompletedWith(new ParcelSend.Receipt(17))
        .isCompletedWithResult(receipt -> receipt.number() == 17)
        .hasLogged("To Bremen")
        .hasProgress(50);
    assertThat(run.outcome()).isEqualTo(new JobOutcome.Completed());
    assertThat(run.exception()).isEmpty();
    assertThat(run.reports().log().get(0).data()).contains("{\"attempt\":1}");
    assertThat(run.reports().progress())
        .extracting(HandlerReports.Progress::toString)
        .containsExactly("50 % (On its way)");
  }

  @Test
  void givesWhatTheHandlerEmits() {
    HandlerTest<Echo, Echo> echo = HandlerTest.of(EchoJob.DEFINITION, new Echo.Handler());
    HandlerRun<Echo> run = echo.run(new Echo("to be"));
    assertThat(run).isCompletedWith(new Echo("to be"));
    assertThat(run.reports().emitted(EchoJob.EMITTED))
        .containsExactly(new Echo.Word(0, "to"), new Echo.Word(1, "be"));
    assertThat(run.reports().log()).isEmpty();

    SizeLimits limits = SizeLimits.defaults().withEmittedValues(1);
    assertThat(echo.withSizeLimits(limits).run(new Echo("to be")))
        .isFailed()
        .hasErrorContaining("The attempt has emitted 1 values, which is the limit.");
    assertThat(PARCELS.run(to("Bremen")).reports().emitted(EchoJob.EMITTED)).isEmpty();
  }

  @Test
  void aHandlerWhoseTypeDeclaresNothingCannotEmit() {
    assertThat(
            test((parcel, context) -> {
                  context.<Echo.Word>emitting().emit(new Echo.Word(0, "to"));
                  return new ParcelSend.Receipt(1);
                })
                .run(to("Bremen")))
        .hasThrown(IllegalStateException.class);
  }

  @Test
  void appliesTheRetryPolicyOfTheType() {
    ParcelSend away = new ParcelSend("Bremen", 9);
    assertThat(PARCELS.run(away)).isRetriedIn(Duration.ofSeconds(30)).hasThrown(IOException.class);
    assertThat(PARCELS.withAttempt(2).run(away)).isRetriedIn(Duration.ofMinutes(1));
    assertThat(PARCELS.withAttempt(3).run(away)).isRetriedIn(Duration.ofMinutes(10));
    assertThat(PARCELS.withAttempt(4).run(away)).isFailed().hasErrorContaining("Nobody is there");
    assertThat(PARCELS.withAttempt(4).run(new ParcelSend("Bremen", 3))).isCompleted();
    assertThatThrownBy(() -> PARCELS.withAttempt(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The attempt is 5; job type 'parcel.send' has attempts from 1 to 4.");
  }

  @Test
  void exceptionsDecide() {
    assertThat(PARCELS.run(to("nowhere"))).isFailed().hasErrorContaining("no such place");
    assertThat(PARCELS.run(to("unclear"))).isFailed().hasThrown(IllegalArgumentException.class);
    assertThat(PARCELS.run(to("tomorrow"))).isSnoozedFor(Duration.ofDays(1));
    assertThat(PARCELS.run(to("soon"))).isRetriedIn(Duration.ofSeconds(7));
  }

  @Test
  void validatesPayloadAndResult() {
    assertThatThrownBy(() -> PARCELS.run(to(" ")))
        .isInstanceOf(InvalidPayloadException.class)
        .hasMessageContaining("address");
    assertThat(PARCELS.run(to("uncounted"))).hasErrorContaining("number");
    assertThat(PARCELS.run(to("lost"))).hasErrorContaining("returned null");
    assertThatThrownBy(
            () ->
                PARCELS
                    .withSizeLimits(SizeLimits.defaults().withPayloadBytes(20))
                    .run(to("a street with a long name")))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThat(
            PARCELS
                .withSizeLimits(SizeLimits.defaults().withResultBytes(5))
                .run(to("Bremen"))
                .outcome())
        .isInstanceOfSatisfying(
            JobOutcome.Failed.class,
            failed ->
                assertThat(failed.error().reason()).isEqualTo(JobError.Reason.RESULT_TOO_LARGE));
  }

  @Test
  void readsWhatIsStored() {
    assertThat(PARCELS.runStored(1, "{\"address\":\"Bremen\",\"outages\":0}")).isCompleted();
    assertThat(PARCELS.runStored(1, "{\"address\":\"\",\"outages\":0}"))
        .isFailed()
        .hasErrorContaining("address");
    assertThat(PARCELS.runStored(1, "{")).isFailed().hasErrorContaining("well-formed");
    assertThat(PARCELS.runStored(2, "{}")).isReleased();
  }

  @Test
  void givesTheHandlerWhatIsKnownOfTheJob() {
    UUID id = UUID.randomUUID();
    UUID workflow = UUID.randomUUID();
    TestClock clock = TestClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    AtomicReference<JobContext> seen = new AtomicReference<>();
    HandlerRun<ParcelSend.Receipt> unused =
        test((parcel, context) -> {
              seen.set(context);
              return new ParcelSend.Receipt(1);
            })
            .withJobId(id)
            .withWorkflowId(workflow)
            .withItemId("order-7")
            .withSubmittedBy("user-3")
            .withClock(clock)
            .withAttempt(3)
            .run(to("Bremen"));
    JobContext context = seen.get();
    assertThat(context.jobId()).isEqualTo(id);
    assertThat(context.type()).isEqualTo("parcel.send");
    assertThat(context.workflowId()).contains(workflow);
    assertThat(context.itemId()).contains("order-7");
    assertThat(context.submittedBy()).isEqualTo("user-3");
    assertThat(context.attempt()).isEqualTo(3);
    assertThat(context.maxAttempts()).isEqualTo(4);
    assertThat(context.deadline()).isEqualTo(Instant.parse("2026-03-01T12:05:00Z"));
  }

  @Test
  void aSignalComesAtTheStartOrLater() {
    assertThat(PARCELS.withSignal(StopSignal.CANCEL).run(to("Bremen"))).isCancelled();
    assertThat(PARCELS.withSignal(StopSignal.SHUTDOWN).run(to("Bremen"))).isReleased();
    assertThat(PARCELS.withSignal(StopSignal.TIMEOUT).run(to("Bremen")))
        .isTimedOut()
        .isRetriedIn(Duration.ofSeconds(30));
    assertThat(PARCELS.withAttempt(4).withSignal(StopSignal.TIMEOUT).run(to("Bremen")))
        .isTimedOut()
        .isFailed();
    assertThat(
            PARCELS
                .withSignal(StopSignal.CANCEL, reports -> reports.percent() >= 50)
                .run(to("Bremen")))
        .isCancelled()
        .hasProgress(50);
    assertThat(
            PARCELS
                .withSignal(StopSignal.CANCEL, reports -> reports.percent() > 50)
                .run(to("Bremen")))
        .isCompleted();
  }

  @Test
  void aSignalInterruptsTheHandlerAndNotTheTest() {
    HandlerRun<ParcelSend.Receipt> run =
        test((parcel, context) -> {
              Thread.sleep(Duration.ofMinutes(5).toMillis());
              return new ParcelSend.Receipt(1);
            })
            .withSignal(StopSignal.CANCEL)
            .run(to("Bremen"));
    assertThat(run).isCancelled();
    assertThat(run.exception()).containsInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void theDeadlineIsByTheClock() {
    TestClock clock = TestClock.startingNow();
    HandlerTest<ParcelSend, ParcelSend.Receipt> slow =
        test((parcel, context) -> {
              clock.advance(Duration.ofMinutes(parcel.outages()));
              context.checkCancelled();
              return new ParcelSend.Receipt(1);
            })
            .withClock(clock);
    assertThat(slow.run(new ParcelSend("Bremen", 4))).isCompleted();
    assertThat(slow.run(new ParcelSend("Bremen", 5))).isTimedOut();
  }

  @Test
  void whatTheHandlerReportsLaterDoesNotCount() {
    AtomicReference<JobContext> kept = new AtomicReference<>();
    HandlerRun<ParcelSend.Receipt> run =
        test((parcel, context) -> {
              kept.set(context);
              return new ParcelSend.Receipt(1);
            })
            .run(to("Bremen"));
    kept.get().log().info("Too late");
    kept.get().progress(99);
    assertThat(run.reports().messages()).isEmpty();
    assertThat(run.reports().percent()).isZero();
    assertThat(kept.get().isCancelled()).isTrue();
  }

  @Test
  void failuresOfAssertionsSayWhatWasFound() {
    HandlerRun<ParcelSend.Receipt> run = PARCELS.run(new ParcelSend("Bremen", 1));
    assertThatThrownBy(() -> assertThat(run).isCompleted())
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "Expected the job of type 'parcel.send' to complete, but it will be attempted again after"
                + " 30 s, because of java.io.IOException: Nobody is there.")
        .hasCauseInstanceOf(IOException.class);
    assertThatThrownBy(run::result).hasMessageContaining("attempted again after 30 s");
    assertThatThrownBy(() -> assertThat(run).isRetriedIn(Duration.ofSeconds(31)))
        .hasMessageContaining("after PT31S");
    for (Runnable wrong :
        new Runnable[] {
          () -> assertThat(run).isFailed(),
          () -> assertThat(run).isCancelled(),
          () -> assertThat(run).isTimedOut(),
          () -> assertThat(run).isReleased(),
          () -> assertThat(run).isSnoozedFor(Duration.ZERO),
          () -> assertThat(run).hasThrown(IllegalStateException.class),
          () -> assertThat(run).hasErrorContaining("Somebody"),
          () -> assertThat(run).hasLogged("To Berlin"),
          () -> assertThat(run).hasProgress(51),
          () -> assertThat(PARCELS.run(to("Bremen"))).isCompletedWith(new ParcelSend.Receipt(18)),
          () -> assertThat(PARCELS.run(to("Bremen"))).isCompletedWithResult(any -> false),
          () -> assertThat(PARCELS.run(to("Bremen"))).hasThrown(Throwable.class)
        }) {
      assertThatThrownBy(wrong::run).isInstanceOf(AssertionError.class);
    }
  }
}
