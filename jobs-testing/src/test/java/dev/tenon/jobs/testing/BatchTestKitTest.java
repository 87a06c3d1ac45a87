package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.JobSubmission;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.testing.ParcelSend.Receipt;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
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
            case "without a reason" -> job.fail(null);
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
    assertThat(test().run(to("without a reason"))).hasThrown(NullPointerException.class);
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
    return handlers(new JobBinding<>(ParcelSendJob.DEFINITION, sending, rule));
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

  private static JobHandlers handlers(JobBinding<?, ?> binding) {
    return new JobHandlers() {
      @Override
      public ModuleDefinition module() {
        return new KitJobsModule();
      }

      @Override
      public List<JobBinding<?, ?>> bindings() {
        return List.of(binding);
      }
    };
  }

  @Test
  void aJobIsAwaitedPastTheExpiryOfAnother() throws Exception {
    InMemoryJobs jobs = InMemoryJobs.of(handlers(BatchRule.of(3, Duration.ofMillis(50))));
    KitJobs kit = new KitJobs(jobs);
    SubmitOptions options = SubmitOptions.by("test");
    UUID expiring =
        kit.accountEvent()
            .submit(
                new AccountEvent("a", 1, false), options.withStartWithin(Duration.ofSeconds(10)))
            .jobId();
    CompletableFuture<Job> expired = jobs.ended(expiring).toCompletableFuture();
    UUID retried = kit.parcelSend().submit(to("lost"), options).jobId();

    assertThat(jobs.awaitEnd(ParcelSendJob.DEFINITION, retried, Duration.ofDays(1)).job().status())
        .isEqualTo(JobStatus.FAILED);

    assertThat(expired).isCompletedWithValueMatching(job -> job.status() == JobStatus.CANCELLED);
  }

  @Test
  void whoAwaitsAJobOfABatchLearnsOfItsEnd() throws Exception {
    InMemoryJobs jobs = InMemoryJobs.of(handlers(BatchRule.of(3, Duration.ofMillis(50))));
    KitJobs kit = new KitJobs(jobs);
    List<UUID> ids = new ArrayList<>();
    for (String address : List.of("a", "b", "c")) {
      ids.add(kit.parcelSend().submit(to(address), SubmitOptions.by("test")).jobId());
    }
    CompletableFuture<Job> end = jobs.ended(ids.get(0)).toCompletableFuture();

    assertThat(
            jobs.awaitEnd(ParcelSendJob.DEFINITION, ids.get(2), Duration.ofMinutes(1))
                .job()
                .status())
        .isEqualTo(JobStatus.COMPLETED);

    assertThat(batches).containsExactly(List.of("a", "b", "c"));
    assertThat(end).isCompleted();
  }

  @Test
  void batchesThatSubmitThemselvesAgainComeToAnEnd() {
    AtomicReference<KitJobs> kit = new AtomicReference<>();
    InMemoryJobs jobs =
        InMemoryJobs.of(
            handlers(
                new JobBinding<>(
                    ParcelSendJob.DEFINITION,
                    batch -> {
                      for (BatchJob<ParcelSend, Receipt> job : batch) {
                        job.complete(new Receipt(1));
                        kit.get().parcelSend().submit(job.payload(), SubmitOptions.by("test"));
                      }
                    },
                    BatchRule.of(3, Duration.ofMillis(50)))));
    kit.set(new KitJobs(jobs));
    for (String address : List.of("a", "b", "c")) {
      kit.get().parcelSend().submit(to(address), SubmitOptions.by("test"));
    }

    assertThatThrownBy(jobs::drain)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("10,000 attempts were made and jobs are still due");
  }

  @Test
  void aBatchHasAtMostOneJobOfALine() {
    InMemoryJobs jobs =
        InMemoryJobs.of(
            handlers(
                new JobBinding<>(
                    AccountEventJob.DEFINITION,
                    batch -> {
                      batches.add(
                          batch.stream()
                              .map(job -> job.payload().key() + job.payload().number())
                              .toList());
                      for (BatchJob<AccountEvent, Void> job : batch) {
                        if (job.payload().fails() && job.context().attempt() == 1) {
                          job.fail(new IllegalStateException("once more"));
                        }
                      }
                    },
                    BatchRule.of(10, Duration.ofMillis(50)))));
    KitJobs kit = new KitJobs(jobs);
    for (String key : List.of("a", "b", "c")) {
      for (int number = 1; number <= 2; number++) {
        kit.accountEvent()
            .submit(
                new AccountEvent(key, number, key.equals("b") && number == 1),
                SubmitOptions.by("test"));
      }
    }

    assertThat(jobs.drain()).isEqualTo(5);
    assertThat(batches).containsExactly(List.of("a1", "b1", "c1"), List.of("a2", "c2"));
    assertThat(jobs.advance(Duration.ofMinutes(1))).isEqualTo(2);
    assertThat(batches.subList(2, 4)).containsExactly(List.of("b1"), List.of("b2"));
  }

  /** Both sides of a header, of which the handlers' side is not for parcels. */
  private static final class Tenants implements SubmitInterceptor, ExecutionInterceptor {

    static final Header<String> TENANT = Header.ofString("tenant");

    private final boolean appliesToParcels;

    Tenants(boolean appliesToParcels) {
      this.appliesToParcels = appliesToParcels;
    }

    @Override
    public SubmitOptions intercept(JobSubmission submission) {
      return submission.options().withHeader(TENANT, "acme");
    }

    @Override
    public void intercept(HandlerCall call) {
      throw new IllegalStateException("It is called for " + call.definition().type());
    }

    @Override
    public boolean appliesTo(JobDefinition<?, ?> definition) {
      return appliesToParcels || !definition.equals(ParcelSendJob.DEFINITION);
    }
  }

  @Test
  void anInterceptorOfHandlersIsRefusedAroundABatch() {
    InMemoryJobs.Builder builder =
        InMemoryJobs.builder()
            .handlers(handlers(BatchRule.of(2, Duration.ofMillis(50))))
            .executionInterceptor(new Tenants(true));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The interceptor "
                + Tenants.class.getName()
                + " applies to job type 'parcel.send', but its handler takes batches");
  }

  @Test
  void theSubmissionsOfATypeWithABatchHandlerMayBeInterceptedWithoutItsHandler() {
    List<String> tenants = new ArrayList<>();
    Tenants interceptor = new Tenants(false);
    InMemoryJobs jobs =
        InMemoryJobs.builder()
            .handlers(
                handlers(
                    new JobBinding<>(
                        ParcelSendJob.DEFINITION,
                        batch -> {
                          for (BatchJob<ParcelSend, Receipt> job : batch) {
                            tenants.add(job.context().header(Tenants.TENANT).orElse("nobody"));
                            job.complete(new Receipt(1));
                          }
                        },
                        BatchRule.of(2, Duration.ofMillis(50)))))
            .submitInterceptor(submission -> interceptor.intercept(submission))
            .executionInterceptor(interceptor)
            .build();
    for (String address : List.of("a", "b")) {
      new KitJobs(jobs).parcelSend().submit(to(address), SubmitOptions.by("test"));
    }

    assertThat(jobs.drain()).isEqualTo(2);
    assertThat(tenants).containsExactly("acme", "acme");
  }
}
