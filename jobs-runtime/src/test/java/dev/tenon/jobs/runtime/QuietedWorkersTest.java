package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that claims nothing more, beside one that does. */
@Tag("servers")
class QuietedWorkersTest {

  private static final Order ORDER = new Order("lamp", 1);

  private Fixture fixture = Fixture.withoutRabbit();
  private JobsRuntime runtime;
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final Set<UUID> started = ConcurrentHashMap.newKeySet();

  private void open(boolean rabbit) {
    if (rabbit) {
      fixture.close();
      fixture = Fixture.withRabbit();
    }
    runtime = fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(200)));
  }

  @AfterEach
  void close() {
    mayEnd.countDown();
    fixture.close();
  }

  private JobWorker startWorker() {
    return runtime.startWorker(
        TestJobs.handlers()
            .with(TestJobs.ORDER, (order, context) -> new Receipt("done"))
            .with(
                TestJobs.LONG,
                (order, context) -> {
                  started.add(context.jobId());
                  mayEnd.await();
                  return new Receipt("done");
                }),
        WorkerOptions.defaults().withConcurrency(4));
  }

  private TypedJobs<Order, Receipt> typed(JobDefinition<Order, Receipt> type) {
    return new TypedJobs<>(type, runtime.jobs(), runtime.jobs());
  }

  @Test
  void liveWorkersAreListedHoweverManyAreLost() throws SQLException {
    open(false);
    JobWorker worker = startWorker();
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement()) {
      sql.execute(
          """
          INSERT INTO tenon.workers (id, host, process_id, concurrency, heartbeat_at)
          SELECT ' ' || n, 'h', n, 1, now() - interval '1 hour' FROM generate_series(1, 1000) AS n
          """);
    }
    List<JobMonitor.Worker> listed = runtime.monitor().workers(WorkerQuery.all());
    assertThat(listed).hasSize(1_000);
    assertThat(listed.stream().filter(JobMonitor.Worker::isLive).map(JobMonitor.Worker::id))
        .containsExactly(worker.id());
    assertThat(listed).isSortedAccordingTo(Comparator.comparing(JobMonitor.Worker::id));
  }

  private List<UUID> submit(int count) {
    return runtime
        .jobs()
        .submitAll(TestJobs.ORDER, Collections.nCopies(count, ORDER), SubmitOptions.by("t"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  /** Who has completed a number of jobs, once all of them are completed. */
  private Set<String> workersOf(int count) {
    List<UUID> ids = submit(count);
    ids.forEach(id -> Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED));
    return ids.stream()
        .map(id -> runtime.jobs().attempts(id).get(0).workerId())
        .collect(Collectors.toSet());
  }

  private JobMonitor.Worker state(JobWorker worker) {
    return runtime.monitor().workers(WorkerQuery.all()).stream()
        .filter(state -> state.id().equals(worker.id()))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersTakeWhatItWouldHaveClaimedAndWhatItRunsContinues(boolean rabbit) {
    open(rabbit);
    JobWorker quieted = startWorker();
    UUID running = runtime.jobs().submit(TestJobs.LONG, ORDER, SubmitOptions.by("t")).jobId();
    await().until(() -> started.contains(running));
    JobWorker other = startWorker();
    await().until(() -> workersOf(40).size() == 2);

    assertThat(runtime.monitor().quietWorker(quieted.id(), Actor.of("ann", "a new disk"))).isTrue();

    await().until(() -> workersOf(40).equals(Set.of(other.id())));
    assertThat(state(quieted).quietedAt()).isPresent();
    assertThat(state(quieted).isLive()).isTrue();
    assertThat(state(other).quietedAt()).isEmpty();
    assertThat(runtime.jobs().get(running).status()).isEqualTo(JobStatus.RUNNING);
    mayEnd.countDown();
    Fixture.awaitStatus(runtime.jobs(), running, JobStatus.COMPLETED);
    assertThat(runtime.jobs().attempts(running).get(0).workerId()).isEqualTo(quieted.id());

    assertThat(runtime.monitor().resumeWorker(quieted.id(), Actor.of("ann"))).isTrue();

    await().until(() -> workersOf(40).contains(quieted.id()));
    assertThat(state(quieted).quietedAt()).isEmpty();
  }

  @Test
  void aWorkflowDoesNotContinueOnAQuietedWorker() {
    open(false);
    JobWorker quieted = startWorker();
    var workflow = Workflow.named("two tasks").submittedBy("t");
    var first = workflow.add(typed(TestJobs.LONG), ORDER);
    workflow.add(typed(TestJobs.ORDER), ORDER).after(first);
    UUID id = runtime.jobs().submit(workflow).id();
    await().until(() -> !started.isEmpty());
    assertThat(runtime.monitor().quietWorker(quieted.id(), Actor.of("ann", "a new disk"))).isTrue();
    JobWorker other = startWorker();
    await().until(() -> workersOf(40).equals(Set.of(other.id())));

    mayEnd.countDown();

    await().until(() -> runtime.jobs().workflows().find(id).orElseThrow().outcome().isPresent());
    assertThat(runtime.monitor().workflowJobs(id, List.of(TestJobs.ORDER.type()), 0, 10))
        .extracting(job -> job.workerId().orElseThrow())
        .containsExactly(other.id());
  }

  @Test
  void aTypeThatOnlyQuietedWorkersRunHasNoWorker() {
    open(false);
    JobWorker worker = startWorker();
    assertThat(runtime.monitor().quietWorker(worker.id(), Actor.of("ann", "a new disk"))).isTrue();

    // Until it has heard of it, it may take one or the other
    await()
        .until(
            () ->
                runtime
                    .jobs()
                    .whyWaiting(submit(1).get(0))
                    .filter(WaitReason.NoWorker.class::isInstance)
                    .isPresent());
    assertThat(runtime.monitor().resumeWorker(worker.id(), Actor.of("ann"))).isTrue();
    assertThat(workersOf(1)).containsExactly(worker.id());
  }

  @Test
  void aMissingWorkerCannotBeQuieted() {
    open(false);

    assertThat(runtime.monitor().quietWorker("nobody", Actor.of("ann", "a new disk"))).isFalse();
    assertThat(runtime.monitor().resumeWorker("nobody", Actor.of("ann"))).isFalse();
  }
}
