package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.testservers.JavaProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs are awaited while workers die, notifications are lost, and notes disappear. */
@Tag("thorough")
class AnswersOverProcessesTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** A third of the average wait without notifications. */
  private static final Duration SOON = Duration.ofMillis(500);

  private static final int JOBS = 7;

  private static TypedJobs<Order, Receipt> orders(JobsRuntime runtime) {
    return new TypedJobs<>(TestJobs.ORDER, runtime.jobs(), runtime.jobs());
  }

  private static Receipt get(CompletableFuture<Receipt> result) throws Exception {
    return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void execute(Fixture fixture, String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void theAnswerComesFromTheWorkerThatTakesOverFromADeadOne() throws Exception {
    Duration heartbeat = Duration.ofMillis(500);
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start(fixture.builder().heartbeatInterval(heartbeat));
      UUID id;
      CompletableFuture<Receipt> result;
      try (JavaProcess process =
          WorkerProcess.start(fixture.database(), fixture.amqpUri(), 1, heartbeat)) {
        id =
            orders(runtime)
                .submit(new Order(WorkerProcess.ENDLESS, 1), SubmitOptions.by("t"))
                .jobId();
        result = orders(runtime).result(id).toCompletableFuture();
        await("the job runs")
            .atMost(PATIENCE)
            .until(() -> runtime.jobs().get(id).status() == JobStatus.RUNNING);
        process.kill();
      }
      assertThat(result).isNotDone();
      fixture
          .start(fixture.builder().heartbeatInterval(heartbeat))
          .startWorker(
              TestJobs.handlers()
                  .with(TestJobs.ORDER, (order, context) -> new Receipt("from another one")));
      assertThat(get(result)).isEqualTo(new Receipt("from another one"));
    }
  }

  @Test
  void anEndIsNoticedSoon() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      BlockingQueue<Boolean> released = new LinkedBlockingQueue<>();
      startHeld(fixture, released);
      List<Long> waits = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        UUID id = orders(runtime).submit(new Order("x", 1), SubmitOptions.by("t")).jobId();
        CompletableFuture<Receipt> result = orders(runtime).result(id).toCompletableFuture();
        // Past the first looks, and each time at another distance from the next one
        Thread.sleep(1_500 + 370L * i);
        long start = System.nanoTime();
        released.add(true);
        assertThat(get(result)).isEqualTo(new Receipt("x"));
        waits.add(System.nanoTime() - start);
      }
      Collections.sort(waits);
      assertThat(Duration.ofNanos(waits.get(JOBS / 2))).isLessThan(SOON);
    }
  }

  @Test
  void lostNotificationsAndNotesAreMadeUpFor() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      BlockingQueue<Boolean> released = new LinkedBlockingQueue<>();
      startHeld(fixture, released);
      execute(
          fixture,
          "CREATE OR REPLACE FUNCTION tenon.tell_awaiting(p_ids uuid[], p_may_have_ended boolean)"
              + " RETURNS void LANGUAGE sql AS ''");
      UUID id = orders(runtime).submit(new Order("lost", 1), SubmitOptions.by("t")).jobId();
      CompletableFuture<Receipt> result = orders(runtime).result(id).toCompletableFuture();
      await("the wait is noted").atMost(PATIENCE).until(() -> notes(fixture) == 1);
      // As after a crash of the server
      execute(fixture, "TRUNCATE tenon.awaited_jobs");
      released.add(true);
      assertThat(get(result)).isEqualTo(new Receipt("lost"));
    }
  }

  private static long notes(Fixture fixture) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM tenon.awaited_jobs")) {
      found.next();
      return found.getLong(1);
    }
  }

  private static void startHeld(Fixture fixture, BlockingQueue<Boolean> released) {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.ORDER,
                    (order, context) -> {
                      boolean unused = released.take();
                      return new Receipt(order.name());
                    }));
  }
}
