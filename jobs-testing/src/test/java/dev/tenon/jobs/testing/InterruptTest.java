package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Interrupts belong to the thread of the test, or to one attempt. */
class InterruptTest {

  private final List<Boolean> interrupted = new ArrayList<>();

  /** As a handler does whose call was interrupted: it restores the interrupt, and fails. */
  private final StockCount.Handler handler =
      new StockCount.Handler(
          context -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            if (context.attempt() == 1) {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("The count was interrupted");
            }
          });

  private final InMemoryJobs jobs =
      InMemoryJobs.of(
          new KitJobsHandlers(
              new OrderFulfil.Handler(),
              new ParcelSend.Handler(),
              new PartIndex.Handler(),
              handler,
              new Echo.Handler(),
              new AccountEvent.Handler(new ArrayList<>()),
              new PartEvent.Handler(new ArrayList<>())));

  private UUID submit() {
    return new KitJobs(jobs)
        .stockCount()
        .submit(new StockCount(), SubmitOptions.by("test"))
        .jobId();
  }

  @Test
  void anInterruptOfAHandlerDoesNotReachTheNextAttempt() {
    UUID id = submit();
    jobs.run(id);
    assertThat(Thread.interrupted()).isFalse();
    jobs.run(id);

    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(interrupted).containsExactly(false, false);
  }

  @Test
  void anInterruptOfTheTestDoesNotReachTheHandlerAndIsKept() {
    UUID id = submit();
    Thread.currentThread().interrupt();
    jobs.run(id);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted).containsExactly(false);
  }

  @Test
  void aHandlerAloneLeavesNoInterruptEither() {
    assertThat(HandlerTest.of(StockCountJob.DEFINITION, handler).run(new StockCount()))
        .isRetriedIn(Duration.ofHours(1));
    assertThat(Thread.interrupted()).isFalse();
  }
}
