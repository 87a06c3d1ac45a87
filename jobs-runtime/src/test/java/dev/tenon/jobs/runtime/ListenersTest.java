package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobStoreRefusedException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.listen.JobsFigures;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** What listeners are reported, that they can break nothing, and the context of the log. */
class ListenersTest {

  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Notes what is reported to it. */
  private static class Noting implements JobListener {

    final List<String> notes = new CopyOnWriteArrayList<>();
    final List<Attempt> attempts = new CopyOnWriteArrayList<>();
    final List<AttemptEnd> ends = new CopyOnWriteArrayList<>();

    @Override
    public void started(JobsFigures figures) {
      notes.add("started with " + figures.workers().size() + " workers");
    }

    @Override
    public void stopped() {
      notes.add("stopped");
    }

    @Override
    public Submitting submitting(Submit submit) {
      notes.add(submit.source() + " " + submit.name() + " " + submit.count());
      return new Submitting() {
        @Override
        public @Nullable String traceContext() {
          return PARENT;
        }

        @Override
        public void submitted(List<Submitted> jobs) {
          notes.add("submitted " + jobs.size() + (submit.isInTransaction() ? " for now" : ""));
        }

        @Override
        public void failed(Throwable exception) {
          notes.add("failed with " + exception.getClass().getSimpleName());
        }
      };
    }

    @Override
    public Attempting attemptStarts(Attempt attempt) {
      attempts.add(attempt);
      Thread thread = Thread.currentThread();
      return new Attempting() {
        @Override
        public void handlerReturned() {
          assertThat(Thread.currentThread()).isSameAs(thread);
          notes.add("handler returned");
        }

        @Override
        public void ended(AttemptEnd end) {
          ends.add(end);
          notes.add(end.outcome() + " and then " + end.nextStatus());
        }
      };
    }
  }

  private UUID submit(JobsRuntime runtime) {
    return runtime.jobs().submit(TestJobs.ORDER, new Order("x", 1), SubmitOptions.by("t")).jobId();
  }

  @Test
  void jobsThatAreMadeFromResultsBelongToTheTraceOfTheSubmit() {
    Noting noting = new Noting();
    JobsRuntime runtime = fixture.start(fixture.builder().listener(noting));
    runtime.startWorker(
        TestJobs.handlers().with(FlowJobs.TASK, (order, context) -> new Receipt("xy")));
    TypedJobs<Order, Receipt> task = FlowJobs.task(runtime.jobs());
    Workflow flow = Workflow.named("traced").submittedBy("t");
    Task<Receipt> first = flow.add(task, new Order("a", 1));
    flow.addEach(task, FlowJobs.EACH_CHARACTER, first);

    runtime.jobs().submit(flow);

    await().atMost(Fixture.PATIENCE).until(() -> noting.ends.size() == 3);
    assertThat(noting.attempts)
        .hasSize(3)
        .allMatch(attempt -> attempt.traceContext().equals(Optional.of(PARENT)));
  }

  @Test
  void submitsAndAttemptsAreReportedFromBeginningToEnd() {
    Noting noting = new Noting();
    JobsRuntime runtime = fixture.start(fixture.builder().listener(noting));
    assertThatThrownBy(
            () -> runtime.jobs().submit(TestJobs.ORDER, new Order("x", 0), SubmitOptions.by("t")))
        .isInstanceOf(InvalidPayloadException.class);
    UUID id = submit(runtime);
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  if (context.attempt() == 1) {
                    throw new IllegalStateException("first");
                  }
                  return new Receipt("done");
                }));
    Fixture.awaitStatus(runtime.jobs(), id, JobStatus.COMPLETED);
    fixture.closeRuntimes();
    assertThat(noting.notes)
        .containsExactly(
            "started with 0 workers",
            "ONE test.order.place 1",
            "failed with InvalidPayloadException",
            "ONE test.order.place 1",
            "submitted 1",
            "handler returned",
            "FAILED and then PENDING",
            "handler returned",
            "COMPLETED and then COMPLETED",
            "stopped");
    assertThat(noting.attempts)
        .extracting(
            JobListener.Attempt::number,
            JobListener.Attempt::jobId,
            JobListener.Attempt::traceContext)
        .containsExactly(tuple(1, id, Optional.of(PARENT)), tuple(2, id, Optional.of(PARENT)));
    JobListener.AttemptEnd first = noting.ends.get(0);
    assertThat(first.exception()).get(THROWABLE).hasMessage("first");
    assertThat(first.retryIn()).isBetween(Duration.ofMillis(20), Duration.ofMillis(200));
    assertThat(noting.ends.get(1).exception()).isEmpty();
  }

  @Test
  void batchesWorkflowsAndTransactionsAreOneSubmitEach() throws Exception {
    Noting noting = new Noting();
    JobsRuntime runtime = fixture.start(fixture.builder().listener(noting));
    runtime
        .jobs()
        .submitAll(
            TestJobs.ORDER, List.of(new Order("a", 1), new Order("b", 1)), SubmitOptions.by("t"));
    TypedJobs<Order, Receipt> jobs =
        new TypedJobs<>(TestJobs.ORDER, runtime.jobs(), runtime.jobs());
    Workflow workflow = Workflow.named("two orders").submittedBy("t");
    var first = workflow.add(jobs, new Order("a", 1));
    workflow.add(jobs, new Order("b", 1)).after(first);
    runtime.jobs().submit(workflow);
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      runtime
          .jobs()
          .in(connection)
          .submit(TestJobs.ORDER, new Order("x", 1), SubmitOptions.by("t"));
      connection.commit();
    }
    assertThat(noting.notes)
        .containsExactly(
            "started with 0 workers",
            "MANY test.order.place 2",
            "submitted 2",
            "WORKFLOW two orders 2",
            "submitted 2",
            "ONE test.order.place 1",
            "submitted 1 for now");
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "SELECT count(*), count(trace_context), min(trace_context) FROM tenon.jobs")) {
      row.next();
      assertThat(row.getInt(1)).isEqualTo(5);
      assertThat(row.getInt(2)).isEqualTo(5);
      assertThat(row.getString(3)).isEqualTo(PARENT);
    }
  }

  @Test
  void aWorkflowWithAnInvalidPayloadIsASubmitThatFailed() {
    Noting noting = new Noting();
    JobsRuntime runtime = fixture.start(fixture.builder().listener(noting));
    TypedJobs<Order, Receipt> jobs =
        new TypedJobs<>(TestJobs.ORDER, runtime.jobs(), runtime.jobs());
    Workflow nested = Workflow.named("nested");
    nested.addAll(jobs, List.of(new Order("a", 1), new Order("b", 0)));
    Workflow workflow = Workflow.named("invalid").submittedBy("t");
    var first = workflow.add(jobs, new Order("c", 1));
    workflow.add(nested).after(first);
    assertThatThrownBy(() -> runtime.jobs().submit(workflow))
        .isInstanceOf(InvalidPayloadException.class);
    assertThat(noting.notes)
        .containsExactly(
            "started with 0 workers", "WORKFLOW invalid 3", "failed with InvalidPayloadException");
  }

  @Test
  void runsOfSchedulesThatSomebodyAsksForAreSubmitsLikeOthers() throws Exception {
    Noting noting = new Noting();
    List<Submitted> reported = new CopyOnWriteArrayList<>();
    JobListener submitted =
        new JobListener() {
          @Override
          public Submitting submitting(Submit submit) {
            assertThat(submit.jobs())
                .containsExactly(
                    new ListenerRecords.Jobs(
                        TestJobs.QUIET.type(), TestJobs.QUIET.routingKey(), submit.count()));
            return new Submitting() {
              @Override
              public void submitted(List<Submitted> jobs) {
                reported.addAll(jobs);
              }
            };
          }
        };
    JobSchedules schedules =
        fixture.start(fixture.builder().listener(noting).listener(submitted)).jobs().schedules();
    schedules.put(
        "hourly",
        TestJobs.QUIET,
        new Order("x", 1),
        Timing.cron("0 * * * *", ZoneOffset.UTC),
        ScheduleOptions.defaults(),
        Actor.of("ann"));
    UUID now = schedules.runNow("hourly", Actor.of("ben"));
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    List<UUID> one =
        schedules.backfill("hourly", from, from.plus(Duration.ofHours(1)), Actor.of("ben"));
    List<UUID> both =
        schedules.backfill("hourly", from, from.plus(Duration.ofHours(2)), Actor.of("ben"));
    schedules.backfill("hourly", from, from, Actor.of("ben"));
    assertThatThrownBy(() -> schedules.runNow("nobody", Actor.of("ben")))
        .isInstanceOf(JobScheduleNotFoundException.class);
    assertThat(reported)
        .containsExactly(
            new Submitted(now, true),
            new Submitted(one.get(0), true),
            new Submitted(one.get(0), false),
            new Submitted(both.get(1), true));
    try (Connection connection = fixture.database().connect();
        Statement sql = connection.createStatement()) {
      try (ResultSet row =
          sql.executeQuery("SELECT count(*), count(trace_context) FROM tenon.jobs")) {
        row.next();
        assertThat(row.getInt(1)).isEqualTo(3);
        assertThat(row.getInt(2)).isEqualTo(3);
      }
      sql.execute(
          "ALTER TABLE tenon.job_data ADD CONSTRAINT refuse CHECK (schedule IS NULL) NOT VALID");
    }
    assertThatThrownBy(() -> schedules.runNow("hourly", Actor.of("ben")))
        .isInstanceOf(JobStoreRefusedException.class);
    assertThat(noting.notes)
        .containsExactly(
            "started with 0 workers",
            "ONE test.order.note 1",
            "submitted 1",
            "MANY test.order.note 1",
            "submitted 1",
            "MANY test.order.note 2",
            "submitted 2",
            "ONE test.order.note 1",
            "failed with JobStoreRefusedException");
  }

  /** The attempt is over before its handler has returned; the scope is closed by its own thread. */
  @Test
  void anAttemptThatTimesOutEndsOnceWhateverItsHandlerDoes() throws Exception {
    Noting noting = new Noting();
    JobsRuntime runtime = fixture.start(fixture.builder().listener(noting));
    CountDownLatch release = new CountDownLatch(1);
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.SHORT,
                (order, context) -> {
                  while (true) {
                    try {
                      release.await();
                      return new Receipt("late");
                    } catch (InterruptedException e) {
                      // As handlers do that do not heed their timeout
                    }
                  }
                }));
    runtime.jobs().submit(TestJobs.SHORT, new Order("x", 1), SubmitOptions.by("t"));
    await().atMost(Fixture.PATIENCE).until(() -> noting.ends.size() == 1);
    assertThat(noting.notes).doesNotContain("handler returned");
    release.countDown();
    await().atMost(Fixture.PATIENCE).until(() -> noting.notes.contains("handler returned"));
    JobListener.AttemptEnd end = noting.ends.get(0);
    assertThat(end.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(end.nextStatus()).isEqualTo(JobStatus.PENDING);
    assertThat(end.exception()).isEmpty();
    assertThat(end.took()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  /** Fails wherever it can. */
  private static final class Failing implements JobListener {
    @Override
    public void started(JobsFigures figures) {
      throw new IllegalStateException("secret");
    }

    @Override
    public Submitting submitting(Submit submit) {
      return new Submitting() {
        @Override
        public @Nullable String traceContext() {
          throw new IllegalStateException("secret");
        }

        @Override
        public void submitted(List<Submitted> jobs) {
          throw new NoClassDefFoundError("secret");
        }
      };
    }

    @Override
    public Attempting attemptStarts(Attempt attempt) {
      return new Attempting() {
        @Override
        public void handlerReturned() {
          Failing.<RuntimeException>throwUndeclared(new IOException("secret"));
        }

        @Override
        public void ended(AttemptEnd end) {
          throw new StackOverflowError("secret");
        }
      };
    }

    /** As Kotlin does, which knows no checked exceptions. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void throwUndeclared(Throwable e) throws E {
      throw (E) e;
    }

    @Override
    public void stopped() {
      throw new IllegalStateException("secret");
    }
  }

  @Test
  void aListenerThatFailsBreaksNothingAndIsReportedOnce() {
    Noting noting = new Noting();
    try (CapturedLog log = CapturedLog.of(JobListeners.class)) {
      JobsRuntime runtime =
          fixture.start(fixture.builder().listener(new Failing()).listener(noting));
      runtime.startWorker(
          TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")));
      for (int i = 0; i < 3; i++) {
        Fixture.awaitStatus(runtime.jobs(), submit(runtime), JobStatus.COMPLETED);
      }
      fixture.closeRuntimes();
      assertThat(noting.ends).hasSize(3);
      assertThat(log.lines()).hasSize(6).allMatch(line -> line.startsWith("The listener "));
      assertThat(log.lines().toString()).doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two\nlines", "größer"})
  void whatIsNoTraceContextIsNotStored(String context) {
    JobsRuntime runtime =
        fixture.start(
            fixture
                .builder()
                .listener(
                    new JobListener() {
                      @Override
                      public Submitting submitting(Submit submit) {
                        return new Submitting() {
                          @Override
                          public String traceContext() {
                            return context;
                          }
                        };
                      }
                    }));
    Noting noting = new Noting();
    UUID id = submit(runtime);
    fixture.closeRuntimes();
    JobsRuntime other = fixture.start(fixture.builder().listener(noting));
    other.startWorker(TestJobs.handlers().with(TestJobs.ORDER, (order, c) -> new Receipt("done")));
    Fixture.awaitStatus(other.jobs(), id, JobStatus.COMPLETED);
    assertThat(noting.attempts.get(0).traceContext()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLogContextHasTheJobWhileItsHandlerRuns(boolean virtualThreads) {
    List<Map<String, String>> contexts = new CopyOnWriteArrayList<>();
    JobsRuntime runtime = fixture.start();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  contexts.add(MDC.getCopyOfContextMap());
                  // Left behind on the thread, which the next job may get
                  MDC.put("left", "over");
                  return new Receipt("done");
                }),
        WorkerOptions.defaults().withConcurrency(1).withVirtualThreads(virtualThreads));
    UUID first = submit(runtime);
    Fixture.awaitStatus(runtime.jobs(), first, JobStatus.COMPLETED);
    UUID second = submit(runtime);
    Fixture.awaitStatus(runtime.jobs(), second, JobStatus.COMPLETED);
    assertThat(contexts)
        .containsExactly(
            Map.of(
                "tenon.job.id", first.toString(),
                "tenon.job.type", "test.order.place",
                "tenon.job.attempt", "1"),
            Map.of(
                "tenon.job.id", second.toString(),
                "tenon.job.type", "test.order.place",
                "tenon.job.attempt", "1"));
  }
}
