package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.options.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that carry the pointers of many jobs. */
class SharedMessagesTest {

  private static final int MANY = 1000;

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void start() {
    fixture = Fixture.withRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    fixture.close();
  }

  private List<UUID> submit(JobDefinition<Order, ?> definition, int count) {
    return jobs
        .submitAll(definition, Collections.nCopies(count, new Order("x", 1)), SubmitOptions.by("t"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void awaitQueued(JobDefinition<Order, ?> definition, long count) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                jobs.count(JobQuery.all().withType(definition).withStatus(JobStatus.QUEUED))
                    == count);
  }

  private long messages(JobDefinition<Order, ?> definition) {
    return fixture.host().ready(definition.routingKey());
  }

  private void awaitNoMessages(JobDefinition<Order, ?> definition) {
    await().atMost(Fixture.PATIENCE).until(() -> messages(definition) == 0);
  }

  private void awaitCompleted(long count) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withStatus(JobStatus.COMPLETED)) == count);
  }

  @Test
  void manyJobsAreInFewMessagesAndEachOfThemRuns() {
    submit(TestJobs.QUIET, MANY);
    awaitQueued(TestJobs.QUIET, MANY);
    // They may be published in a few parts
    assertThat(messages(TestJobs.QUIET)).isBetween(20L, MANY / 5L);
    JobWorker worker =
        runtime.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    awaitCompleted(MANY);
    Fixture.awaitIdle(worker);
    awaitNoMessages(TestJobs.QUIET);
  }

  @Test
  void jobsForOtherLanguagesHaveMessagesOfTheirOwn() {
    submit(TestJobs.EXTERNAL, 60);
    awaitQueued(TestJobs.EXTERNAL, 60);
    // Whoever is slow to note that a job was published publishes it twice
    assertThat(messages(TestJobs.EXTERNAL)).isGreaterThanOrEqualTo(60);
  }

  /** One of them gets the whole message first; what it has no slot for goes on to the others. */
  @Test
  void workersThatAreSlowShareTheJobsOfAMessage() {
    submit(TestJobs.QUIET, 60);
    awaitQueued(TestJobs.QUIET, 60);
    Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    List<JobWorker> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      AtomicInteger count = new AtomicInteger();
      running.put("worker " + i, count);
      workers.add(
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.QUIET,
                      (order, context) -> {
                        count.incrementAndGet();
                        mayEnd.await();
                        return null;
                      }),
              WorkerOptions.defaults().withConcurrency(15)));
    }
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(() -> assertThat(running.values()).allMatch(count -> count.get() == 15));
    mayEnd.countDown();
    awaitCompleted(60);
    workers.forEach(Fixture::awaitIdle);
  }

  /** It has claimed a part of the message, and not acknowledged it. */
  @Test
  void whatAWorkerHasNotTakenOfAMessageRunsElsewhereWhenItStops() throws Exception {
    submit(TestJobs.QUIET, MANY);
    awaitQueued(TestJobs.QUIET, MANY);
    CountDownLatch runs = new CountDownLatch(1);
    JobWorker first =
        runtime.startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      runs.countDown();
                      mayEnd.await();
                      return null;
                    }),
            WorkerOptions.defaults().withConcurrency(3).withGracePeriod(Duration.ZERO));
    runs.await();
    first.close();
    runtime.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
    awaitCompleted(MANY);
    awaitNoMessages(TestJobs.QUIET);
  }
}
