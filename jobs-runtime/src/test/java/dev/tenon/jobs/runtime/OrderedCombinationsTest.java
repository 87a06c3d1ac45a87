package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSubmitter;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jobs in lines that also are unique, limited, bounded, late, tasks of workflows, retried,
 * cancelled and taken over: in the end all have ended, no line is left, and never did two of a line
 * run at a time.
 */
@Tag("servers")
@Tag("thorough")
class OrderedCombinationsTest {

  private static final Actor OPERATOR = Actor.of("ada", "a test");
  private static final int STEPS = 400;
  private static final WorkerOptions OPTIONS =
      WorkerOptions.defaults().withConcurrency(6).withGracePeriod(Duration.ofSeconds(20));

  private final AtomicInteger overlaps = new AtomicInteger();
  private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
  private final List<UUID> ids = new ArrayList<>();
  private Fixture fixture;
  private int tasks;

  @AfterEach
  void stop() {
    fixture.close();
  }

  private static JobDefinition<Order, Receipt> type(RetryOrder retries, WhenFull whenFull) {
    return TestCodecs.builder("test.order.combined", Order.class, Receipt.class)
        .retryPolicy(RetryPolicy.of(3, Duration.ofMillis(20)))
        .order(OrderRule.<Order>by("name", Order::name).withRetries(retries))
        .unique(
            UniqueRule.by("quantity", Order::quantity)
                .withDuplicatePolicy(DuplicatePolicy.REPLACE_TIME))
        .limits(
            JobLimits.NONE.withMaxConcurrent(5).withRates(List.of(Rate.parse("5000 quantity/s"))))
        .cost("quantity", Order::quantity)
        .backlog(BacklogRule.<Order>of(150).withWhenFull(whenFull))
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    "false, HOLD, REFUSE, 1",
    "false, PASS, DROP_OLDEST, 2",
    "true, HOLD, DROP_OLDEST, 3",
    "true, PASS, REFUSE, 4",
  })
  void everythingEndsInItsLine(boolean hasRabbit, RetryOrder retries, WhenFull whenFull, long seed)
      throws Exception {
    fixture = hasRabbit ? Fixture.withRabbit() : Fixture.withoutRabbit();
    JobDefinition<Order, Receipt> type = type(retries, whenFull);
    Random random = new Random(seed);
    JobsRuntime runtime =
        fixture.start(fixture.builder().modules(TestJobs.moduleOf(List.of(type))));
    List<JobWorker> workers = new ArrayList<>();
    workers.add(startWorker(runtime, type));
    workers.add(startWorker(fixture.start(), type));
    JobService jobs = runtime.jobs();
    for (int i = 0; i < STEPS; i++) {
      try {
        step(random, jobs, type);
      } catch (BacklogFullException e) {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (JobStateException e) {
        // It has started or ended meanwhile
        assertThat(e).hasMessageNotContaining("null");
      }
      if (i % 100 == 50) {
        workers.remove(0).close();
        workers.add(startWorker(runtime, type));
      }
    }
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              assertThat(open(jobs, type)).isZero();
            });
    assertThat(overlaps).hasValue(0);
    await()
        .atMost(Duration.ofSeconds(90))
        .untilAsserted(
            () -> {
              for (String table :
                  List.of(
                      "job_lines",
                      "new_in_lines",
                      "lines_to_advance",
                      "limited_runs",
                      "unique_keys")) {
                assertThat(rows(table)).as(table).isZero();
              }
            });
  }

  private static long open(JobService jobs, JobDefinition<?, ?> type) {
    long open = 0;
    for (JobStatus status : List.of(JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING)) {
      open += jobs.count(JobQuery.all().withType(type).withStatus(status));
    }
    return open;
  }

  private int rows(String table) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM tenon." + table)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private JobWorker startWorker(JobsRuntime runtime, JobDefinition<Order, Receipt> type) {
    return runtime.startWorker(TestJobs.handlers().with(type, this::run), OPTIONS);
  }

  private Receipt run(Order order, JobContext context) throws Exception {
    AtomicInteger now = running.computeIfAbsent(order.name(), any -> new AtomicInteger());
    if (now.incrementAndGet() > 1) {
      overlaps.incrementAndGet();
    }
    try {
      TimeUnit.MICROSECONDS.sleep((long) order.quantity() % 7 * 500);
      if (order.quantity() % 4 == 0 && context.attempt() < 3) {
        throw new IllegalStateException("once more");
      }
      if (order.quantity() % 13 == 0) {
        throw new IllegalStateException("never");
      }
      return new Receipt("done");
    } finally {
      now.decrementAndGet();
    }
  }

  private void step(Random random, JobService jobs, JobDefinition<Order, Receipt> type)
      throws Exception {
    switch (random.nextInt(12)) {
      case 0 -> inTransaction(random, jobs, type, true);
      case 1 -> inTransaction(random, jobs, type, false);
      case 2 -> workflow(jobs, type);
      case 3 -> any(random, id -> jobs.cancel(id, OPERATOR));
      case 4 -> any(random, id -> jobs.retry(id, OPERATOR));
      case 5 -> any(random, id -> jobs.reschedule(id, Instant.now(), OPERATOR));
      case 6 -> any(random, id -> jobs.lines().letPass(id, OPERATOR));
      case 7 -> {
        for (int i = 0; i < 10; i++) {
          submit(random, jobs, type);
        }
      }
      default -> submit(random, jobs, type);
    }
  }

  /** What an operator does to a job. */
  private interface Change {
    void make(UUID id) throws Exception;
  }

  private void any(Random random, Change change) throws Exception {
    if (!ids.isEmpty()) {
      change.make(ids.get(random.nextInt(ids.size())));
    }
  }

  private static Order order(Random random) {
    return new Order("line " + random.nextInt(5), 1 + random.nextInt(60));
  }

  private void submit(Random random, JobSubmitter jobs, JobDefinition<Order, Receipt> type) {
    SubmitOptions options = SubmitOptions.by("tester");
    if (random.nextInt(4) == 0) {
      options = options.withDelay(Duration.ofMillis(random.nextInt(300)));
    }
    if (random.nextInt(4) == 0) {
      options = options.withStartWithin(Duration.ofMillis(100 + random.nextInt(1_000)));
    }
    ids.add(jobs.submit(type, order(random), options).jobId());
  }

  private void inTransaction(
      Random random, JobService jobs, JobDefinition<Order, Receipt> type, boolean commits)
      throws SQLException {
    List<UUID> before = List.copyOf(ids);
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      try {
        for (int i = 0; i < 4; i++) {
          submit(random, jobs.in(connection), type);
        }
      } catch (BacklogFullException e) {
        // The transaction can continue
      }
      if (commits) {
        connection.commit();
      } else {
        connection.rollback();
        ids.retainAll(before);
      }
    }
  }

  private void workflow(JobService jobs, JobDefinition<Order, Receipt> type) {
    TypedJobs<Order, Receipt> typed = new TypedJobs<>(type, jobs, jobs);
    Workflow workflow = Workflow.named("combined").submittedBy("tester");
    Task<Receipt> first = workflow.add(typed, new Order("line 1", 100 + tasks++));
    Task<Receipt> unused =
        workflow.add(typed, new Order("line 1", 100 + tasks++)).afterEndOf(first);
    ids.addAll(List.of(jobs.submit(workflow).idOf(first)));
  }
}
