package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.testservers.TcpProxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Closing while something does not go as it should. */
class ClosingTest {

  @Tag("thorough")
  @Test
  void aBrokerThatIsSilentHoldsUpNobodyForLong() throws Exception {
    try (Fixture fixture = Fixture.withRabbit()) {
      URI uri = URI.create(fixture.host().uri());
      try (TcpProxy network = TcpProxy.to(uri.getHost(), uri.getPort())) {
        JobsRuntime runtime =
            fixture
                .builder()
                .rabbitMq(
                    RabbitMqOptions.of(
                        fixture
                            .host()
                            .uri()
                            .replace(":" + uri.getPort() + "/", ":" + network.port() + "/")))
                .start();
        JobWorker worker =
            runtime.startWorker(
                TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
        Fixture.awaitStatus(runtime.jobs(), submit(runtime, "before"), JobStatus.COMPLETED);
        await().atMost(Fixture.PATIENCE).until(() -> network.connections() == 2);
        network.stall();
        // Twice, as by a try-with-resources and the hook of the shutdown
        for (Runnable close : List.<Runnable>of(worker::close, worker::close, runtime::close)) {
          CompletableFuture.runAsync(close).get(Fixture.PATIENCE.toSeconds(), SECONDS);
        }
        assertThat(threadsOf(worker)).isEmpty();
      }
    }
  }

  @Test
  void jobsWhoseClaimGotLostAreReleasedAtTheEnd() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit();
        Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      // The heartbeat does not find them before
      JobsRuntime runtime =
          fixture.start(
              fixture.builder().maintenance(false).heartbeatInterval(Duration.ofMinutes(1)));
      JobWorker worker =
          runtime.startWorker(
              TestJobs.handlers().with(TestJobs.LONG, (order, context) -> new Receipt("")));
      statement.execute(
          "INSERT /* by the test */ INTO by_test.jobs (id, type, routing_key, status, priority, payload, payload_bytes, submitted_by,"
              + " max_attempts, retention_seconds, worker_id, lease, attempts, started_at)"
              + " VALUES (gen_random_uuid(), '%s', 'key', 'running', 2, '{}', 2, 'tester', 3, 1000, '%s', 1, 1, now())"
                  .formatted(TestJobs.LONG.type(), worker.id()));
      worker.close();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT j.status, j.attempts, (SELECT count(*) FROM tenon.workers) FROM tenon.jobs j")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("pending");
        assertThat(row.getInt(2)).as("attempts that count").isZero();
        assertThat(row.getInt(3)).as("workers that have not signed off").isZero();
      }
    }
  }

  @Test
  void aWorkerWhoseCloseIsInterruptedStopsAllItsThreads() {
    CountDownLatch never = new CountDownLatch(1);
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      JobWorker worker =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.ORDER,
                      (order, context) -> {
                        never.await();
                        return new Receipt("");
                      }));
      UUID id = submit(runtime, "endless");
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
      Thread.currentThread().interrupt();
      worker.close();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      assertThat(threadsOf(worker)).noneMatch(ClosingTest::usesTheDatabase);
    } finally {
      never.countDown();
    }
  }

  @Test
  void aWorkerWhoseCloseIsInterruptedStartsNoOtherJobAndDeregisters() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    try (Fixture fixture = Fixture.withoutRabbit();
        Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      JobsRuntime runtime = fixture.start(fixture.builder().maintenance(false));
      JobWorker worker =
          runtime.startWorker(
              TestJobs.handlers()
                  .with(
                      TestJobs.ORDER,
                      (order, context) -> {
                        begun.incrementAndGet();
                        never.await();
                        return new Receipt("");
                      }),
              WorkerOptions.defaults().withConcurrency(1));
      Fixture.awaitStatus(runtime.jobs(), submit(runtime, "endless"), JobStatus.RUNNING);
      for (int i = 0; i < 20; i++) {
        submit(runtime, "waits");
      }
      Thread.currentThread().interrupt();
      worker.close();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      assertThat(begun).hasValue(1);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT count(*) FILTER (WHERE status <> 'pending' OR attempts > 0),"
                  + " (SELECT count(*) FROM tenon.workers) FROM tenon.jobs")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).as("jobs that were not released").isZero();
        assertThat(row.getInt(2)).as("workers that have not signed off").isZero();
      }
    }
  }

  @Test
  void aWorkerWhoseCloseIsInterruptedWaitsForNoRowForEver() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Fixture fixture = Fixture.withoutRabbit();
        Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      JobsRuntime runtime = fixture.start();
      JobWorker worker =
          runtime.startWorker(TestJobs.handlers().with(TestJobs.ORDER, ignoringInterrupts(end)));
      Fixture.awaitStatus(runtime.jobs(), submit(runtime, "held"), JobStatus.RUNNING);
      other.setAutoCommit(false);
      statement.execute("SELECT FROM tenon.live_jobs FOR UPDATE");
      end.countDown();
      await().atMost(Fixture.PATIENCE).until(() -> waitingForLocks(statement) > 0);
      Thread.currentThread().interrupt();
      worker.close();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      await()
          .atMost(Fixture.PATIENCE)
          .untilAsserted(
              () -> assertThat(threadsOf(worker)).noneMatch(ClosingTest::usesTheDatabase));
      other.rollback();
    } finally {
      end.countDown();
    }
  }

  @Test
  void aRuntimeWhoseCloseIsInterruptedWaitsForItsParts() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Fixture fixture = Fixture.withoutRabbit();
        Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      JobsRuntime runtime = fixture.start();
      JobWorker worker =
          runtime.startWorker(TestJobs.handlers().with(TestJobs.ORDER, ignoringInterrupts(never)));
      UUID id = submit(runtime, "endless");
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
      await().atMost(Fixture.PATIENCE).until(() -> leaders(statement) == 1);
      Thread.currentThread().interrupt();
      runtime.close();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      assertThat(threadsOf(worker)).noneMatch(ClosingTest::usesTheDatabase);
      assertThat(leaders(statement)).as("leaders that have not resigned").isZero();
    } finally {
      never.countDown();
    }
  }

  @Test
  void workersOfAFrameworkWhoseStopIsInterruptedStop() {
    CountDownLatch never = new CountDownLatch(1);
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      JobWorkers workers =
          new JobWorkers(
              runtime,
              List.of(TestJobs.handlers().with(TestJobs.ORDER, ignoringInterrupts(never))),
              WorkerOptions.defaults());
      workers.start();
      JobWorker worker = workers.workers().get(0);
      UUID id = submit(runtime, "endless");
      Fixture.awaitStatus(runtime.jobs(), id, JobStatus.RUNNING);
      Thread.currentThread().interrupt();
      workers.stop();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      assertThat(threadsOf(worker)).noneMatch(ClosingTest::usesTheDatabase);
    } finally {
      never.countDown();
    }
  }

  private static JobHandler<Order, Receipt> ignoringInterrupts(CountDownLatch end) {
    return (order, context) -> {
      while (end.getCount() > 0) {
        try {
          end.await();
        } catch (InterruptedException e) {
          // It does not stop when it is asked to
        }
      }
      return new Receipt("");
    };
  }

  private static int leaders(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT count(*) FROM tenon.leaders WHERE expires_at > now()")) {
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }

  private static int waitingForLocks(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }

  private static UUID submit(JobsRuntime runtime, String name) {
    return runtime
        .jobs()
        .submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester"))
        .jobId();
  }

  private static boolean usesTheDatabase(String thread) {
    return thread.startsWith("tenon-") && !thread.startsWith("tenon-timer-");
  }

  private static List<String> threadsOf(JobWorker worker) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains(worker.id()))
        .toList();
  }
}
