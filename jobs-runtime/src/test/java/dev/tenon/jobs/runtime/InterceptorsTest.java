package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Header;
import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.BatchRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.HandlerCall;
import dev.tenon.jobs.intercept.JobSubmission;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Interceptors see each submission and each call of a handler. */
@Tag("servers")
class InterceptorsTest {

  private static final Header<String> TENANT = Header.ofString("tenant");

  private final Fixture fixture = Fixture.withoutRabbit();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  /** The tenant of a thread, as an application may have it. */
  private final ThreadLocal<@Nullable String> tenant = new ThreadLocal<>();

  @AfterEach
  void close() {
    fixture.close();
  }

  private SubmitOptions withTenant(JobSubmission submission) {
    said.add(submission.type() + " " + submission.payload().map(Object::toString).orElse("later"));
    String current = tenant.get();
    return current == null
        ? submission.options()
        : submission.options().withHeader(TENANT, current);
  }

  private void asTenant(HandlerCall call) throws Exception {
    tenant.set(call.context().header(TENANT).orElse(null));
    try {
      call.proceed();
    } finally {
      tenant.remove();
    }
  }

  private JobService start() {
    return fixture.start(fixture.builder().submitInterceptor(this::withTenant)).jobs();
  }

  private static Order order(String name) {
    return new Order(name, 1);
  }

  @Test
  void eachJobIsPassedOnceWhateverTheWayItIsSubmitted() throws Exception {
    JobService jobs = start();
    SubmitOptions by = SubmitOptions.by("test");
    tenant.set("acme");
    List<UUID> ids = new ArrayList<>();
    ids.add(jobs.submit(TestJobs.ORDER, order("one"), by).jobId());
    jobs.submitAll(TestJobs.ORDER, List.of(order("m1"), order("m2")), by)
        .forEach(each -> ids.add(each.jobId()));
    ids.add(jobs.submit(TestJobs.ONCE, order("once"), by).jobId());
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      ids.add(jobs.in(connection).submit(TestJobs.ORDER, order("inside"), by).jobId());
      connection.commit();
    }

    String type = TestJobs.ORDER.type();
    assertThat(said)
        .containsExactly(
            type + " " + order("one"),
            type + " " + order("m1"),
            type + " " + order("m2"),
            TestJobs.ONCE.type() + " " + order("once"),
            type + " " + order("inside"));
    assertThat(ids).allSatisfy(id -> assertThat(jobs.get(id).header(TENANT)).contains("acme"));
  }

  @Test
  void eachJobOfAWorkflowIsPassedOnceOnTheThreadThatSubmits() {
    JobService jobs = start();
    fixture
        .start()
        .startWorker(
            TestJobs.handlers().with(FlowJobs.TASK, (order, context) -> new Receipt(order.name())),
            WorkerOptions.defaults());
    Workflow flow = Workflow.named("flow").submittedBy("test").leftOpen();
    var task = FlowJobs.task(jobs);
    Task<Receipt> first = flow.add(task, order("ab"));
    Task<Receipt> made = flow.add(task, FlowJobs.OF_RECEIPT, first);
    Task<List<Receipt>> each = flow.addEach(task, FlowJobs.EACH_CHARACTER, first);
    Task<List<Receipt>> many = flow.addAll(task, List.of(order("m1"), order("m2")));
    Workflow nested = Workflow.named("nested");
    Task<Receipt> inner = nested.add(task, order("inner"));
    Task<Void> asTask = flow.add(nested);
    assertThat(List.of(made, each, many, inner, asTask)).doesNotContainNull();
    tenant.set("acme");
    SubmittedWorkflow submitted = jobs.submit(flow);
    List<UUID> added = jobs.workflows().add(submitted.id(), task, List.of(order("added")));
    tenant.remove();
    jobs.workflows().close(submitted.id());
    await("the workflow has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(submitted.id()).orElseThrow().outcome().isPresent());

    String type = FlowJobs.TASK.type() + " ";
    assertThat(said)
        .containsExactly(
            type + order("ab"),
            type + "later",
            type + "later",
            type + order("m1"),
            type + order("m2"),
            type + order("inner"),
            type + order("added"));
    assertThat(added).hasSize(1);
    // Those that the task has made later, too
    assertThat(jobs.count(JobQuery.all().withHeader(TENANT, "acme"))).isEqualTo(8);
    assertThat(jobs.count(JobQuery.all().withType(FlowJobs.TASK))).isEqualTo(8);
  }

  @Test
  void interceptorsAreCalledInTheirOrderAndMayChangeTheOptions() {
    SubmitInterceptor ofOthers =
        new SubmitInterceptor() {
          @Override
          public SubmitOptions intercept(JobSubmission submission) {
            throw new IllegalStateException("This is not one of its types.");
          }

          @Override
          public boolean appliesTo(JobDefinition<?, ?> definition) {
            return !definition.type().equals(TestJobs.ORDER.type());
          }
        };
    JobService jobs =
        fixture
            .start(
                fixture
                    .builder()
                    .submitInterceptor(
                        submission ->
                            submission
                                .options()
                                .withSubmittedBy("principal")
                                .withPriority(JobPriority.HIGH))
                    .submitInterceptor(ofOthers)
                    .submitInterceptor(
                        submission -> {
                          assertThat(submission.options().submittedBy()).contains("principal");
                          assertThat(submission.toString()).doesNotContain("secret");
                          return submission.options().withItemId("item-1");
                        }))
            .jobs();

    Job job =
        jobs.get(jobs.submit(TestJobs.ORDER, order("secret"), SubmitOptions.defaults()).jobId());

    assertThat(job.submittedBy()).isEqualTo("principal");
    assertThat(job.priority()).isEqualTo(JobPriority.HIGH);
    assertThat(job.itemId()).isEqualTo(Optional.of("item-1"));
  }

  @Test
  void anInterceptorRefusesASubmitByAnException() {
    JobService jobs =
        fixture
            .start(
                fixture
                    .builder()
                    .submitInterceptor(
                        submission -> {
                          if (submission.payload().equals(Optional.of(order("bad")))) {
                            throw new IllegalStateException("The tenant may not do this.");
                          }
                          return submission.options();
                        }))
            .jobs();
    SubmitOptions by = SubmitOptions.by("test");

    assertThatThrownBy(
            () -> jobs.submitAll(TestJobs.ORDER, List.of(order("good"), order("bad")), by))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The tenant may not do this.");
    assertThat(jobs.count(JobQuery.all())).isZero();
    // What is not valid is refused first
    assertThatThrownBy(() -> jobs.submit(FlowJobs.TASK, new Order("bad", -1), by))
        .isInstanceOf(InvalidPayloadException.class);
  }

  @Test
  void aTaskGetsNoFixedTimeFromAnInterceptor() {
    JobService jobs =
        fixture
            .start(
                fixture
                    .builder()
                    .submitInterceptor(submission -> submission.options().withRunAt(Instant.EPOCH)))
            .jobs();
    Workflow flow = Workflow.named("flow").submittedBy("test");
    Task<Receipt> unused = flow.add(FlowJobs.task(jobs), order("a"));

    assertThatThrownBy(() -> jobs.submit(flow))
        .hasMessage(
            "An interceptor gave a task of job type 'test.flow.task' in the workflow 'flow' a fixed time (1970-01-01T00:00:00Z), but a task waits for others. Use withDelay(…), which counts from the time when the task can start.");
  }

  @Test
  void nullIsRefusedWithTheNameOfTheInterceptor() {
    JobService jobs =
        fixture.start(fixture.builder().submitInterceptor(submission -> nothing())).jobs();

    assertThatThrownBy(() -> jobs.submit(TestJobs.ORDER, order("a"), SubmitOptions.by("test")))
        .isInstanceOf(NullPointerException.class)
        .hasMessageStartingWith("The interceptor " + InterceptorsTest.class.getName())
        .hasMessageEndingWith(
            " returned null for a job of type 'test.order.place'. Return submission.options() to change nothing.");
  }

  @SuppressWarnings("NullAway") // What an application without NullAway may do
  private static SubmitOptions nothing() {
    return null;
  }

  @Test
  void theTenantTravelsFromTheSubmitterToTheHandlerAndToWhatItSubmits() {
    JobsRuntime runtime =
        fixture.start(
            fixture
                .builder()
                .submitInterceptor(this::withTenant)
                .executionInterceptor(this::asTenant));
    JobService jobs = runtime.jobs();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                (order, context) -> {
                  said.add("handler of " + tenant.get());
                  UUID unused =
                      jobs.submit(TestJobs.QUIET, order("next"), SubmitOptions.by("handler"))
                          .jobId();
                  return new Receipt("done");
                })
            .with(TestJobs.QUIET, this::quietly),
        WorkerOptions.defaults());
    tenant.set("acme");
    UUID first = jobs.submit(TestJobs.ORDER, order("a"), SubmitOptions.by("test")).jobId();
    tenant.remove();
    Job unused = Fixture.awaitStatus(jobs, first, JobStatus.COMPLETED);
    await("the next one has run")
        .atMost(Fixture.PATIENCE)
        .until(() -> said.contains("next of acme"));

    assertThat(said).contains("handler of acme");
  }

  private Void quietly(Order order, JobContext context) {
    said.add("next of " + tenant.get());
    return null;
  }

  /** Both sides of a tenant, of which the handlers' side is not for batches. */
  private final class Tenants implements SubmitInterceptor, ExecutionInterceptor {

    private final JobDefinition<?, ?> batched;

    Tenants(JobDefinition<?, ?> batched) {
      this.batched = batched;
    }

    @Override
    public SubmitOptions intercept(JobSubmission submission) {
      return withTenant(submission);
    }

    @Override
    public void intercept(HandlerCall call) throws Exception {
      asTenant(call);
    }

    @Override
    public boolean appliesTo(JobDefinition<?, ?> definition) {
      return !definition.type().equals(batched.type());
    }
  }

  @Test
  void aWorkerDoesNotStartIfAnInterceptorOfHandlersAppliesToABatchHandler() {
    JobsRuntime runtime =
        fixture.start(fixture.builder().executionInterceptor(new Tenants(TestJobs.ORDER)));
    JobHandlers handlers =
        TestJobs.handlers()
            .with(TestJobs.QUIET, BatchRule.of(2, Duration.ofMillis(50)), batch -> {});

    assertThatThrownBy(() -> runtime.startWorker(handlers, WorkerOptions.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The interceptor "
                + Tenants.class.getName()
                + " applies to job type 'test.order.note', but its handler takes batches, and an interceptor runs around the handler of one job. Let appliesTo return false for the type, and let the handler read what it needs from the context of each job. The interceptor is also a SubmitInterceptor: if submissions of the type need it, register that side separately.");
  }

  @Test
  void theSubmissionsOfATypeWithABatchHandlerMayBeInterceptedWithoutItsHandler() {
    Tenants tenants = new Tenants(TestJobs.QUIET);
    JobsRuntime runtime =
        fixture.start(
            fixture
                .builder()
                .submitInterceptor(submission -> tenants.intercept(submission))
                .executionInterceptor(tenants));
    JobService jobs = runtime.jobs();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.QUIET,
                BatchRule.of(2, BatchRule.MAX_WAIT),
                batch ->
                    batch.forEach(
                        job ->
                            said.add(
                                "%s of %s, on the thread of %s"
                                    .formatted(
                                        job.payload().name(),
                                        job.context().header(TENANT).orElse("nobody"),
                                        tenant.get()))))
            .with(TestJobs.ORDER, (order, context) -> new Receipt("" + tenant.get())),
        WorkerOptions.defaults());
    List<UUID> ids = new ArrayList<>();
    for (String name : List.of("acme", "other")) {
      tenant.set(name);
      ids.add(jobs.submit(TestJobs.QUIET, order(name), SubmitOptions.by("test")).jobId());
      ids.add(jobs.submit(TestJobs.ORDER, order(name), SubmitOptions.by("test")).jobId());
    }
    tenant.remove();
    for (UUID id : ids) {
      Job unused = Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    }

    assertThat(said)
        .contains("acme of acme, on the thread of null", "other of other, on the thread of null");
    assertThat(jobs.get(ids.get(1)).result()).contains("{\"text\":\"acme\"}");
    assertThat(jobs.get(ids.get(3)).result()).contains("{\"text\":\"other\"}");
  }

  @Test
  void whatAnInterceptorThrowsCountsAsThrownByTheHandler() {
    ExecutionInterceptor flags =
        call -> {
          String name = ((Order) call.payload()).name();
          if (name.equals("off") && said.isEmpty()) {
            said.add("off");
            throw call.context().snooze(Duration.ZERO);
          }
          if (name.equals("forbidden")) {
            throw new PermanentJobException("It may not run.");
          }
          call.proceed();
        };
    JobsRuntime runtime = fixture.start(fixture.builder().executionInterceptor(flags));
    JobService jobs = runtime.jobs();
    runtime.startWorker(
        TestJobs.handlers().with(TestJobs.ORDER, (order, context) -> new Receipt("done")),
        WorkerOptions.defaults());

    UUID off = jobs.submit(TestJobs.ORDER, order("off"), SubmitOptions.by("test")).jobId();
    UUID forbidden =
        jobs.submit(TestJobs.ORDER, order("forbidden"), SubmitOptions.by("test")).jobId();

    assertThat(Fixture.awaitStatus(jobs, off, JobStatus.COMPLETED).attempts()).isEqualTo(1);
    Job failed = Fixture.awaitStatus(jobs, forbidden, JobStatus.FAILED);
    assertThat(failed.attempts()).isEqualTo(1);
    assertThat(failed.error().orElseThrow().message()).contains("It may not run.");
  }
}
