package dev.tenon.jobs.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.internal.attempt.Attempt;
import dev.tenon.jobs.internal.attempt.AttemptEnvironment;
import dev.tenon.jobs.internal.attempt.AttemptRunner;
import dev.tenon.jobs.internal.attempt.Deadlines;
import dev.tenon.jobs.internal.attempt.Gathering;
import dev.tenon.jobs.internal.attempt.HandlerThreads;
import dev.tenon.jobs.internal.attempt.Slots;
import dev.tenon.jobs.internal.attempt.WorkerSteps;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.recording.DatabaseContact;
import dev.tenon.jobs.internal.recording.ReportLanes;
import dev.tenon.jobs.internal.recording.SlotTurn;
import dev.tenon.jobs.internal.steps.MemoryRecords;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.options.SizeLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches whose outcomes nobody records, so that they are known for as long as a test needs. */
class BatchCallTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ExecutorService threads = HandlerThreads.executor(false, "w");
  private final Deadlines deadlines = new Deadlines("w");
  private final List<Integer> sizes = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    deadlines.close();
    threads.shutdownNow();
  }

  /** Runs the jobs in batches until all slots are free, and returns those that still run. */
  private List<UUID> run(
      BatchRule<Order> rule, BatchJobHandler<Order, Receipt> handler, List<ClaimedJob> jobs) {
    TestJobs.Handlers handlers =
        TestJobs.handlers()
            .with(
                TestJobs.LONG,
                rule,
                batch -> {
                  sizes.add(batch.size());
                  handler.execute(batch);
                });
    Slots slots = new Slots(1, threads, new Gathering(handlers.bindings()));
    AttemptRegistry attempts = new AttemptRegistry(slots, deadlines, 3);
    DatabaseContact contact =
        new DatabaseContact(() -> Duration.ofDays(1), Duration.ofHours(1), System::nanoTime);
    ReportLanes reports = new ReportLanes(slots::taskEnded);
    AttemptStarter starter =
        new AttemptStarter(
            new HandlersByType(handlers, List.of(), new Queues(Map::of)),
            new AttemptEnvironment(
                ValueStorage.unencrypted(SizeLimits.defaults()),
                contact,
                Clock.systemUTC(),
                slots,
                deadlines,
                JobListeners.NONE,
                new WorkerSteps((jobId, cursors) -> new MemoryRecords())),
            attempts,
            reports,
            new StartGate(reports, deadlines, contact, 1),
            type -> {});
    jobs.forEach(job -> starter.start(job, SlotTurn.begins()));
    await().atMost(PATIENCE).until(() -> slots.used() == 0 && slots.waitingJobs() == 0);
    return attempts.all().stream().<UUID>map(Attempt::jobId).toList();
  }

  private static ClaimedJob job(int crashes) {
    return new ClaimedJob(
        new Lease(UUID.randomUUID(), 1, "w"),
        TestJobs.LONG.type(),
        1,
        1,
        3,
        crashes,
        "{\"name\":\"a\",\"quantity\":1}",
        null,
        "tester",
        false,
        null,
        null,
        Headers.none(),
        Duration.ZERO);
  }

  private static List<ClaimedJob> jobs(int count) {
    return IntStream.range(0, count).mapToObj(i -> job(0)).toList();
  }

  @Test
  void theOutcomesOfABatchWaitToBeRecorded() {
    assertThat(
            run(
                BatchRule.of(3, BatchRule.MAX_WAIT),
                batch -> batch.forEach(job -> job.complete(new Receipt("done"))),
                jobs(3)))
        .hasSize(3);
    assertThat(sizes).containsExactly(3);
  }

  @Test
  void aJobWhoseEndCannotBeDeterminedIsForgottenAndTheOthersEnd() {
    FailingLog log = new FailingLog(AttemptRunner.class);
    List<UUID> left;
    try {
      left =
          run(
              BatchRule.of(3, BatchRule.MAX_WAIT),
              batch -> {
                try {
                  batch.get(0).complete(null);
                } catch (RuntimeException e) {
                  // As a handler may do that carries on whatever happens to one of its jobs
                  assertThat(e).hasMessage("the disk is full");
                }
                for (BatchJob<Order, Receipt> job : batch.subList(1, 3)) {
                  job.complete(new Receipt("done"));
                }
              },
              jobs(3));
    } finally {
      log.stop();
    }
    assertThat(left).as("what the heartbeat takes for running").hasSize(2);
  }

  @Test
  void aBatchThatHasNoTimerIsForgotten() {
    // It runs alone, without waiting for others. That there is no memory for the timer looks the
    // same
    ClaimedJob suspect = job(1);
    deadlines.close();
    assertThat(run(BatchRule.of(2, BatchRule.MAX_WAIT), batch -> {}, List.of(suspect))).isEmpty();
    assertThat(sizes).as("calls of the handler").isEmpty();
  }

  @Test
  void aJobThatMayHaveKilledItsWorkerRunsAlone() {
    List<UUID> left =
        run(
            BatchRule.of(2, BatchRule.MAX_WAIT),
            batch -> batch.forEach(job -> job.complete(new Receipt("done"))),
            List.of(job(1), job(0), job(0)));
    assertThat(left).hasSize(3);
    assertThat(sizes).containsExactly(1, 2);
  }
}
