package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.testing.ParcelSend.Receipt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Batch handlers in the test kit. */
class BatchTestKitTest {

  private final List<List<String>> batches = new ArrayList<>();

  /** Does what the addresses say. */
  private final BatchJobHandler<ParcelSend, Receipt> sending =
      batch -> {
        batches.add(batch.stream().map(job -> job.payload().address()).toList());
        for (BatchJob<ParcelSend, Receipt> job : batch) {
          job.context().log().info("To " + job.payload().address());
          switch (job.payload().address()) {
            case "nowhere" -> job.fail(new PermanentJobException("There is no such place"));
            case "tomorrow" -> job.snooze(Duration.ofDays(1));
            case "uncounted" -> job.complete(new Receipt(-1));
            case "lost" -> {}
            case "strike" -> throw new IOException("Nobody works today");
            default -> {
              if (!job.context().isCancelled()) {
                job.complete(new Receipt(17));
              }
              job.fail(new IllegalStateException("The first end counts"));
            }
          }
        }
      };

  private static ParcelSend to(String address) {
    return new ParcelSend(address, 0);
  }

  private HandlerTest<ParcelSend, Receipt> test() {
    return HandlerTest.of(ParcelSendJob.DEFINITION, sending);
  }

  @Test
  void eachJobOfABatchHasItsOwnRun() {
    List<HandlerRun<Receipt>> runs =
        test()
            .runBatch(
                List.of(to("here"), to("nowhere"), to("tomorrow"), to("uncounted"), to("lost")));

    assertThat(runs.get(0)).isCompletedWith(new Receipt(17));
    assertThat(runs.get(1)).isFailed().hasThrown(PermanentJobException.class);
    assertThat(runs.get(2)).isSnoozedFor(Duration.ofDays(1));
    assertThat(runs.get(3)).isRetriedIn(Duration.ofSeconds(30));
    assertThat(runs.get(4)).isRetriedIn(Duration.ofSeconds(30));
    assertThat(runs.get(4).exception().orElseThrow())
        .hasMessageContaining("returned without an end for this job of its batch");
    assertThat(runs.get(1).reports().messages()).containsExactly("To nowhere");
    assertThat(batches).hasSize(1);
  }

  @Test
  void anExceptionFailsThoseThatHaveNotEnded() {
    List<HandlerRun<Receipt>> runs =
        test().withAttempt(4).runBatch(List.of(to("here"), to("strike"), to("there")));

    assertThat(runs.get(0)).isCompletedWith(new Receipt(17));
    assertThat(runs.get(1)).isFailed().hasThrown(IOException.class);
    assertThat(runs.get(2)).isFailed().hasThrown(IOException.class);
  }

  @Test
  void oneJobShouldStopAndTheOthersContinue() {
    List<HandlerRun<Receipt>> runs =
        test()
            .withSignal(StopSignal.CANCEL, reports -> reports.messages().contains("To b"))
            .runBatch(List.of(to("a"), to("b"), to("c")));

    assertThat(runs.get(0)).isCompletedWith(new Receipt(17));
    assertThat(runs.get(1)).isCancelled();
    assertThat(runs.get(2)).isCompletedWith(new Receipt(17));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void aBatchHandlerRunsOneJobToo() {
    assertThat(test().run(to("here"))).isCompletedWith(new Receipt(17));
    assertThat(test().run(to("lost"))).isRetriedIn(Duration.ofSeconds(30));
  }

  @Test
  void aHandlerOfSingleJobsTakesNoBatch() {
    HandlerTest<ParcelSend, Receipt> single =
        HandlerTest.of(ParcelSendJob.DEFINITION, new ParcelSend.Handler());
    assertThatThrownBy(() -> single.runBatch(List.of(to("here"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The handler of job type 'parcel.send' takes one job at a time; call run(payload).");
    assertThatThrownBy(() -> test().runBatch(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There are 0 payloads; a batch of this test has from 1 to 500 jobs.");
  }

  private JobHandlers handlers(BatchRule<ParcelSend> rule) {
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return new KitJobsModule();
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.of(new JobBinding<>(ParcelSendJob.DEFINITION, sending, rule));
      }
    };
  }

  @Test
  void jobsInMemoryRunInBatchesOfOneKey() {
    InMemoryJobs jobs =
        InMemoryJobs.of(
            handlers(BatchRule.of(2, Duration.ofMillis(50), "address", ParcelSend::address)));
    KitJobs kit = new KitJobs(jobs);
    List<UUID> ids = new ArrayList<>();
    for (String address : List.of("a", "b", "a", "a", "nowhere")) {
      ids.add(kit.parcelSend().submit(to(address), SubmitOptions.by("test")).jobId());
    }

    assertThat(jobs.drain()).isEqualTo(5);

    assertThat(batches)
        .containsExactly(List.of("a", "a"), List.of("b"), List.of("a"), List.of("nowhere"));
    assertThat(jobs.get(ids.get(0)).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.get(ids.get(4)).status()).isEqualTo(JobStatus.FAILED);
    assertThat(jobs.attempts(ids.get(4)))
        .extracting(JobAttempt::outcome)
        .containsExactly(Outcome.FAILED);
  }
}
