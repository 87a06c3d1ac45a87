package dev.tenon.jobs.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobWorker;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Handlers;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A slot is a running handler: when it is taken, and when it is free. */
class SlotsTest {

  /** Its attempts time out soon, but not before a handler ends on a busy machine. */
  private static final JobDefinition<Order, Receipt> BRIEF =
      TestCodecs.builder("test.order.brief", Order.class, Receipt.class)
          .timeout(Duration.ofSeconds(3))
          .retryPolicy(RetryPolicy.of(2, Duration.ofMillis(50)))
          .build();

  private Fixture fixture;
  private JobsRuntime runtime;
  private JobService jobs;

  @BeforeEach
  void start() {
    fixture = Fixture.withoutRabbit();
    runtime = fixture.start();
    jobs = runtime.jobs();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private JobWorker work(int concurrency, Handlers handlers) {
    return runtime.startWorker(
        handlers,
        WorkerOptions.defaults()
            .withConcurrency(concurrency)
            .withGracePeriod(Duration.ofSeconds(20)));
  }

  private UUID submit(String name) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), SubmitOptions.by("tester")).jobId();
  }

  private UUID submitShort() {
    return jobs.submit(TestJobs.SHORT, new Order("x", 1), SubmitOptions.by("tester")).jobId();
  }

  @Test
  void aHandlerThatIsJustStoppingAfterItsTimeoutIsNotJoinedByTheNextAttempt() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    JobWorker worker =
        work(
            4,
            TestJobs.handlers()
                .with(
                    BRIEF,
                    (order, context) -> {
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      try {
                        if (context.attempt() == 1) {
                          cleanUpWhenInterrupted();
                        }
                        return new Receipt("attempt " + context.attempt());
                      } finally {
                        running.decrementAndGet();
                      }
                    }));
    UUID id = jobs.submit(BRIEF, new Order("x", 1), SubmitOptions.by("tester")).jobId();
    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    assertThat(most).as("attempts at the same time").hasValue(1);
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.TIMED_OUT, JobAttempt.Outcome.COMPLETED);
    assertThat(jobs.find(BRIEF, id).orElseThrow().result()).contains(new Receipt("attempt 2"));
    Fixture.awaitIdle(worker);
  }

  /** Takes 1.5 seconds to close what it has open, as a good handler may. */
  private static void cleanUpWhenInterrupted() throws InterruptedException {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      SECONDS.sleep(1);
      Thread.sleep(500);
    }
  }

  @Tag("thorough")
  @Test
  void aSlotIsFreeWhileItsLastOutcomeWaitsToBeRecorded() throws Exception {
    CountDownLatch firstMayEnd = new CountDownLatch(1);
    CountDownLatch firstRuns = new CountDownLatch(1);
    CountDownLatch secondRuns = new CountDownLatch(1);
    work(
        1,
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (order.name().equals("first")) {
                    firstRuns.countDown();
                    firstMayEnd.await();
                  } else {
                    secondRuns.countDown();
                  }
                  return new Receipt("");
                }));
    UUID first = submit("first");
    assertThat(firstRuns.await(30, SECONDS)).isTrue();
    UUID second = submit("second");
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      DSLContext dsl = DSL.using(connection, SQLDialect.POSTGRES);
      dsl.fetch("SELECT 1 FROM tenon.live_jobs WHERE id = ? FOR UPDATE", first);
      firstMayEnd.countDown();
      assertThat(secondRuns.await(30, SECONDS)).isTrue();
      assertThat(jobs.get(first).status()).isEqualTo(JobStatus.RUNNING);
      connection.rollback();
    }
    Fixture.awaitStatus(jobs, first, JobStatus.COMPLETED);
    Fixture.awaitStatus(jobs, second, JobStatus.COMPLETED);
  }

  @Tag("thorough")
  @Test
  void handlersThatNeverStopDoNotPileUpWithoutABound() {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    JobWorker worker =
        work(
            6,
            TestJobs.handlers()
                .with(
                    TestJobs.SHORT,
                    (order, context) -> {
                      started.incrementAndGet();
                      awaitIgnoringInterrupts(release);
                      return new Receipt("");
                    })
                .with(TestJobs.ORDER, (order, context) -> new Receipt("")));
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add(submitShort());
    }
    await("all that were started go on, and no more are started")
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                runtime
                    .health()
                    .toString()
                    .contains(
                        started
                            + " handlers continue although their attempts have ended; the log "
                            + "names them. It"
                            + " claims no more jobs until some return"));
    UUID waits = submit("waits");
    assertThat(started.get())
        .as("ten, what ran when there were ten, and what was claimed by then")
        .isBetween(10, 22);
    assertThat(jobs.get(waits).status()).isEqualTo(JobStatus.PENDING);
    release.countDown();
    Fixture.awaitStatus(jobs, waits, JobStatus.COMPLETED);
    worker.close();
    assertThat(ids).hasSize(40);
  }

  private static void awaitIgnoringInterrupts(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // A handler that heeds nothing, on purpose
        assertThat(e).isNotNull();
      }
    }
  }
}
