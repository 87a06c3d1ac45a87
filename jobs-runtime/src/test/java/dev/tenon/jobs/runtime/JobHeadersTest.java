package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.RetryJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Headers reach handlers, all jobs of a workflow, and people who search. */
@Tag("servers")
class JobHeadersTest {

  private static final Header<String> TENANT = Header.ofString("tenant");
  private static final Header<Long> ORDER_NUMBER = Header.ofLong("shop.order-number");
  private static final Headers ACME = Headers.of(TENANT, "acme").with(ORDER_NUMBER, 7L);
  private static final SubmitOptions OPTIONS = SubmitOptions.by("test").withHeaders(ACME);
  private static final Actor OPS = Actor.of("ops", "because");

  private final Fixture fixture = Fixture.withoutRabbit();
  private final JobsRuntime runtime = fixture.start();
  private final JobService jobs = runtime.jobs();

  /** The headers that handlers have seen, by the names of the orders. */
  private final Map<String, Headers> seen = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private void startWorker() {
    fixture
        .start()
        .startWorker(
            TestJobs.handlers()
                .with(TestJobs.ORDER, this::handle)
                .with(TestJobs.LIMITED, this::handle)
                .with(TestJobs.QUIET, this::handleQuietly)
                .with(FlowJobs.TASK, this::handle)
                .with(FlowJobs.OTHER, this::handle)
                .with(FlowJobs.EVENT, this::handle),
            WorkerOptions.defaults().withConcurrency(4));
  }

  private Receipt handle(Order order, JobContext context) {
    seen.merge(order.name(), context.headers(), Headers::withAll);
    if (order.name().equals("retried") && context.attempt() == 1) {
      throw new RetryJobException("once more", Duration.ZERO, null);
    }
    if (order.name().startsWith("failing")) {
      throw new PermanentJobException("It was told to fail.");
    }
    return new Receipt(order.name());
  }

  private Void handleQuietly(Order order, JobContext context) {
    seen.put(order.name(), context.headers());
    return null;
  }

  private UUID submit(String name, SubmitOptions options) {
    return jobs.submit(TestJobs.ORDER, new Order(name, 1), options).jobId();
  }

  private List<UUID> found(JobQuery query) {
    return jobs.list(query).items().stream().map(JobSummary::id).toList();
  }

  /** The rows of {@code job_headers}, and those that {@code job_data} says there should be. */
  private List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }

  private List<String> inSearchTable() throws SQLException {
    return rows(
        "SELECT concat_ws(' ', id, type, name, value) FROM tenon.job_headers ORDER BY id, name");
  }

  private List<String> inData() throws SQLException {
    return rows(
        "SELECT concat_ws(' ', d.id, d.type, h.key, h.value) FROM tenon.job_data d, jsonb_each_text(d.headers) h ORDER BY d.id, h.key");
  }

  @Test
  void aHandlerReadsThemInEachAttempt() {
    startWorker();
    UUID one = submit("one", OPTIONS);
    UUID retried = submit("retried", OPTIONS);
    UUID limited = jobs.submit(TestJobs.LIMITED, new Order("limited", 1), OPTIONS).jobId();
    UUID none = submit("none", SubmitOptions.by("test"));

    for (UUID id : List.of(one, retried, limited, none)) {
      Job unused = Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    }
    assertThat(seen)
        .containsEntry("one", ACME)
        .containsEntry("retried", ACME)
        .containsEntry("limited", ACME)
        .containsEntry("none", Headers.none());
    assertThat(jobs.get(one).header(ORDER_NUMBER)).contains(7L);
    assertThat(jobs.find(TestJobs.ORDER, one).orElseThrow().header(TENANT)).contains("acme");
    assertThat(jobs.get(none).headers()).isEqualTo(Headers.none());
  }

  @Test
  void eachWayToSubmitStoresThemForReadersAndSearches() throws Exception {
    UUID single = submit("single", OPTIONS);
    List<UUID> many =
        jobs
            .submitAll(TestJobs.ORDER, List.of(new Order("a", 1), new Order("b", 1)), OPTIONS)
            .stream()
            .map(each -> each.jobId())
            .toList();
    UUID once = jobs.submit(TestJobs.ONCE, new Order("once", 1), OPTIONS).jobId();
    UUID again =
        jobs.submit(
                TestJobs.ONCE,
                new Order("once", 1),
                SubmitOptions.by("test").withHeader(TENANT, "other"))
            .jobId();
    UUID inTransaction;
    UUID rolledBack;
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      inTransaction =
          jobs.in(connection).submit(TestJobs.ORDER, new Order("t", 1), OPTIONS).jobId();
      connection.commit();
      rolledBack = jobs.in(connection).submit(TestJobs.ORDER, new Order("r", 1), OPTIONS).jobId();
      connection.rollback();
    }
    UUID without = submit("without", SubmitOptions.by("test"));

    List<UUID> all =
        Stream.of(List.of(single), many, List.of(once, inTransaction))
            .flatMap(List::stream)
            .toList();
    assertThat(again).isEqualTo(once);
    assertThat(found(JobQuery.all().withHeader(TENANT, "acme")))
        .containsExactlyInAnyOrderElementsOf(all)
        .doesNotContain(rolledBack, without);
    assertThat(found(JobQuery.all().withHeader(TENANT, "other"))).isEmpty();
    assertThat(jobs.list(JobQuery.all().withHeaders(ACME)).items())
        .extracting(JobSummary::headers)
        .containsOnly(ACME);
    assertThat(inSearchTable()).hasSize(2 * all.size()).isEqualTo(inData());
  }

  @Test
  void someOfManyJobsMayHaveThemAndTheOthersNone() throws Exception {
    JobsRuntime intercepted =
        fixture.start(
            fixture
                .builder()
                .submitInterceptor(
                    submission ->
                        ((Order) submission.payload().orElseThrow()).quantity() > 1
                            ? submission.options().withHeaders(ACME)
                            : submission.options()));
    List<UUID> ids =
        intercepted
            .jobs()
            .submitAll(
                TestJobs.ORDER,
                List.of(new Order("a", 1), new Order("b", 2), new Order("c", 3)),
                SubmitOptions.by("test"))
            .stream()
            .map(each -> each.jobId())
            .toList();

    assertThat(ids)
        .extracting(id -> jobs.get(id).headers())
        .containsExactly(Headers.none(), ACME, ACME);
    assertThat(inSearchTable()).hasSize(4).isEqualTo(inData());
  }

  @Test
  void aReplacedJobHasThoseOfTheLastSubmit() throws Exception {
    UUID id = jobs.submit(TestJobs.REPLACED, new Order("x", 1), OPTIONS).jobId();
    SubmitOptions other =
        SubmitOptions.by("test")
            .withHeader(TENANT, "acme")
            .withHeader(ORDER_NUMBER, 8L)
            .withHeader(Header.ofString("source"), "web");
    assertThat(jobs.submit(TestJobs.REPLACED, new Order("x", 2), other).jobId()).isEqualTo(id);

    assertThat(jobs.get(id).headers()).isEqualTo(other.headers());
    assertThat(found(JobQuery.all().withHeader(ORDER_NUMBER, 7L))).isEmpty();
    assertThat(found(JobQuery.all().withHeader(ORDER_NUMBER, 8L))).containsExactly(id);
    assertThat(inSearchTable()).hasSize(3).isEqualTo(inData());

    assertThat(jobs.submit(TestJobs.REPLACED, new Order("x", 3), SubmitOptions.by("test")).jobId())
        .isEqualTo(id);
    assertThat(jobs.get(id).headers()).isEqualTo(Headers.none());
    assertThat(inSearchTable()).isEmpty();
  }

  @Test
  void jobsAreFoundCountedAndChangedByThem() {
    UUID one = submit("one", OPTIONS);
    UUID two = submit("two", OPTIONS.withHeader(ORDER_NUMBER, 8L).withItemId("i"));
    UUID other = submit("other", SubmitOptions.by("test").withHeader(TENANT, "other"));
    JobQuery acme = JobQuery.all().withHeader(TENANT, "acme");

    assertThat(found(acme)).containsExactly(two, one);
    assertThat(found(acme.withLimit(1))).containsExactly(two);
    assertThat(
            found(acme.withLimit(1).withCursor(jobs.list(acme.withLimit(1)).next().orElseThrow())))
        .containsExactly(one);
    assertThat(found(acme.withHeader(ORDER_NUMBER, 8L))).containsExactly(two);
    assertThat(found(acme.withItemId("i"))).containsExactly(two);
    assertThat(found(acme.withSubmittedBy("test"))).containsExactly(two, one);
    assertThat(found(acme.withSubmittedBy("nobody"))).isEmpty();
    assertThat(found(acme.withType(TestJobs.ORDER))).containsExactly(two, one);
    assertThat(found(acme.withTypes(List.of("a", TestJobs.ORDER.type()))))
        .containsExactly(two, one);
    assertThat(found(acme.withType(TestJobs.ONCE))).isEmpty();
    assertThat(found(acme.withIds(List.of(one, other)))).containsExactly(one);
    assertThat(found(acme.withStatus(JobStatus.PENDING))).containsExactly(two, one);
    assertThat(found(acme.withStatus(JobStatus.FAILED))).isEmpty();
    assertThat(found(acme.withStatus(JobStatus.RUNNING))).isEmpty();
    assertThat(runtime.monitor()).isNotNull();
    assertThat(jobs.count(acme)).isEqualTo(2);
    assertThat(jobs.count(acme, 1)).isEqualTo(1);
    assertThat(jobs.count(acme.withStatus(JobStatus.PENDING))).isEqualTo(2);

    assertThat(jobs.bulk().cancel(acme, OPS).counts().changed()).isEqualTo(2);
    assertThat(found(acme.withStatus(JobStatus.CANCELLED))).containsExactly(two, one);
    assertThat(jobs.count(acme.withStatus(JobStatus.CANCELLED))).isEqualTo(2);
    assertThat(jobs.get(other).status()).isEqualTo(JobStatus.PENDING);
    jobs.retry(one, OPS);
    assertThat(jobs.get(one).headers()).isEqualTo(ACME);
  }

  @Test
  void aDeletedJobLeavesNone() throws Exception {
    UUID one = submit("one", OPTIONS);
    UUID two = submit("two", OPTIONS);
    assertThat(jobs.bulk().cancel(JobQuery.all().withIds(List.of(one)), OPS).counts().changed())
        .isEqualTo(1);
    assertThat(jobs.bulk().delete(JobQuery.all().withIds(List.of(one)), OPS).counts().changed())
        .isEqualTo(1);

    assertThat(inSearchTable()).hasSize(2).isEqualTo(inData());
    assertThat(found(JobQuery.all().withHeaders(ACME))).containsExactly(two);
  }

  @Test
  void runsOfAScheduleHaveThoseOfTheSchedule() {
    startWorker();
    var schedule =
        jobs.schedules()
            .put(
                "nightly",
                TestJobs.QUIET,
                new Order("scheduled", 1),
                Timing.cron("0 3 * * *", ZoneOffset.UTC),
                ScheduleOptions.defaults().withHeaders(ACME),
                OPS);
    assertThat(schedule.options().headers()).isEqualTo(ACME);
    assertThat(jobs.schedules().find("nightly").orElseThrow().options().headers()).isEqualTo(ACME);
    UUID id = jobs.schedules().runNow("nightly", OPS);

    assertThat(Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED).headers()).isEqualTo(ACME);
    assertThat(seen).containsEntry("scheduled", ACME);
    assertThat(found(JobQuery.all().withHeaders(ACME))).containsExactly(id);
  }

  @Test
  void theyTravelIntoAllJobsOfAWorkflow() throws Exception {
    startWorker();
    var task = FlowJobs.task(jobs);
    Header<String> step = Header.ofString("step");
    Workflow nested = Workflow.named("nested").withHeader(ORDER_NUMBER, 9L);
    Task<Receipt> unused = nested.add(task, new Order("in nested", 1));
    Workflow flow =
        Workflow.named("flow")
            .submittedBy("test")
            .withHeader(TENANT, "acme")
            .withHeader(ORDER_NUMBER, 7L);
    Task<Receipt> first = flow.add(task, new Order("abc", 1));
    Task<Receipt> second =
        flow.add(FlowJobs.other(jobs), FlowJobs.OF_RECEIPT, first)
            .with(SubmitOptions.defaults().withHeader(step, "second"));
    Task<List<Receipt>> each = flow.addEach(task, FlowJobs.EACH_CHARACTER, first);
    Task<Void> inner = flow.add(nested);
    Task<List<Receipt>> many = flow.addAll(task, List.of(new Order("m1", 1), new Order("m2", 1)));
    Task<Receipt> followUp = flow.onAllSettled(FlowJobs.event(jobs), new Order("at the end", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    await("the workflow has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(submitted.id()).orElseThrow().outcome().isPresent());
    await("the follow-up has run")
        .atMost(Fixture.PATIENCE)
        .until(() -> seen.containsKey("at the end"));

    assertThat(List.of(first, second, each, inner, many, followUp)).doesNotContainNull();
    assertThat(jobs.workflows().find(submitted.id()).orElseThrow().headers()).isEqualTo(ACME);
    assertThat(seen.get("in nested")).isEqualTo(ACME.with(ORDER_NUMBER, 9L));
    // The second task has the name that the first one returned
    assertThat(seen.get("abc")).isEqualTo(ACME.with(step, "second"));
    for (String name : List.of("a", "b", "c", "m1", "m2", "at the end")) {
      assertThat(seen.get(name)).as(name).isEqualTo(ACME);
    }
    assertThat(found(JobQuery.all().withHeader(TENANT, "acme"))).hasSize(9);
    assertThat(inSearchTable()).isEqualTo(inData());
  }

  @Test
  void addedJobsAndRenewedFollowUpsHaveThoseOfTheWorkflow() throws Exception {
    var task = FlowJobs.task(jobs);
    Workflow flow =
        Workflow.named("flow").submittedBy("test").withHeader(TENANT, "acme").leftOpen();
    Task<Receipt> failing = flow.add(task, new Order("failing", 1));
    Task<Receipt> onFailure = flow.onFirstFailure(FlowJobs.event(jobs), new Order("failed", 1));
    SubmittedWorkflow submitted = jobs.submit(flow);
    List<UUID> added = jobs.workflows().add(submitted.id(), task, List.of(new Order("added", 1)));
    startWorker();
    UUID failed = submitted.idOf(failing);
    Job unused = Fixture.awaitStatus(jobs, failed, JobStatus.FAILED);
    UUID firstEvent = submitted.idOf(onFailure);
    unused = Fixture.awaitStatus(jobs, firstEvent, JobStatus.COMPLETED);
    Instant before = Instant.now();
    assertThat(before).isNotNull();
    jobs.retry(failed, OPS);

    JobQuery events = JobQuery.all().withHeader(TENANT, "acme").withType(FlowJobs.EVENT);
    await("another follow-up has run")
        .atMost(Fixture.PATIENCE)
        .until(() -> found(events.withStatus(JobStatus.COMPLETED)).size() == 2);
    assertThat(jobs.get(added.get(0)).headers()).isEqualTo(Headers.of(TENANT, "acme"));
    assertThat(inSearchTable()).hasSize(4).isEqualTo(inData());
  }

  @Test
  void aTaskMayNotMakeThemTooLarge() {
    Workflow flow = Workflow.named("flow").submittedBy("test");
    for (int i = 0; i < Headers.MAX_HEADERS; i++) {
      flow = flow.withHeader(Header.ofString("h" + i), "x");
    }
    Task<Receipt> unused =
        flow.add(FlowJobs.task(jobs), new Order("a", 1))
            .with(SubmitOptions.defaults().withHeader(TENANT, "acme"));
    Workflow tooMany = flow;

    assertThatThrownBy(() -> jobs.submit(tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There are 33 headers; a job may have up to 32.");
  }
}
