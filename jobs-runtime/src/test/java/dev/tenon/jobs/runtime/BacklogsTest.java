package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.WhenFull;
import dev.tenon.jobs.definition.BacklogRule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bounds on the number of waiting jobs, for each way to submit. */
@Tag("servers")
class BacklogsTest {

  private static final int MAX = 3;
  private static final Actor OPS = Actor.of("ops", "a test");
  private static final Order ORDER = new Order("abc", 1);
  private static final SubmitOptions BY = SubmitOptions.by("t");

  private static final JobDefinition<Order, Receipt> BOUNDED =
      TestCodecs.builder("test.backlog.bounded", Order.class, Receipt.class)
          .input(FlowJobs.EACH_CHARACTER)
          .backlog(BacklogRule.of(MAX))
          .build();

  private static final JobDefinition<Order, Receipt> DROPPING =
      TestCodecs.builder("test.backlog.dropping", Order.class, Receipt.class)
          .backlog(
              BacklogRule.<Order>of(MAX).by("name", Order::name).withWhenFull(WhenFull.DROP_OLDEST))
          .build();

  private final Fixture fixture = Fixture.withoutRabbit();
  private final Queue<String> discarded = new ConcurrentLinkedQueue<>();
  private JobsRuntime runtime;
  private JobService jobs;
  private TypedJobs<Order, Receipt> bounded;

  @BeforeEach
  void open() {
    runtime =
        fixture.start(
            fixture
                .builder()
                .modules(TestJobs.moduleOf(List.of(BOUNDED, DROPPING)))
                .listener(
                    new JobListener() {
                      @Override
                      public void discarded(JobListener.Discard discard) {
                        discarded.add(
                            discard.reason() + " " + discard.type() + " " + discard.count());
                      }
                    }));
    jobs = runtime.jobs();
    bounded = new TypedJobs<>(BOUNDED, jobs, jobs);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<UUID> submitAll(int count) {
    return jobs.submitAll(BOUNDED, Collections.nCopies(count, ORDER), BY).stream()
        .map(submitted -> submitted.jobId())
        .toList();
  }

  private long waiting(JobDefinition<?, ?> type) {
    return jobs.count(JobQuery.all().withType(type).withStatus(JobStatus.PENDING));
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable submit) {
    assertThatThrownBy(submit)
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("were not submitted")
        .hasMessageContaining("and the bound is 3.");
  }

  @Test
  void everyWayToSubmitIsRefusedAsAWhole() throws Exception {
    Workflow open = Workflow.named("open").submittedBy("t");
    open.add(FlowJobs.task(jobs), ORDER);
    UUID openId = jobs.submit(open).id();
    submitAll(MAX - 1);
    refused(() -> submitAll(2));
    refused(
        () -> {
          Workflow flow = Workflow.named("w").submittedBy("t");
          Task<Receipt> first = flow.add(bounded, ORDER);
          flow.add(bounded, ORDER).after(first);
          jobs.submit(flow);
        });
    refused(() -> jobs.workflows().add(openId, bounded, List.of(ORDER, ORDER)));
    try (Connection connection = fixture.database().connect()) {
      connection.setAutoCommit(false);
      jobs.in(connection).submit(BOUNDED, ORDER, BY);
      refused(() -> jobs.in(connection).submit(BOUNDED, ORDER, BY));
      refused(
          () -> {
            Workflow flow = Workflow.named("w").submittedBy("t");
            flow.add(bounded, ORDER);
            jobs.in(connection).submit(flow);
          });
      // The transaction can continue
      connection.commit();
    }
    assertThat(waiting(BOUNDED)).isEqualTo(MAX);
    refused(() -> jobs.submit(BOUNDED, ORDER, BY));
    assertThat(jobs.count(JobQuery.all())).isEqualTo(MAX + 1);
  }

  @Test
  void whatIsAcceptedIsNeverRefusedLater() {
    UUID cancelled = submitAll(1).get(0);
    jobs.cancel(cancelled, OPS);
    Workflow flow = Workflow.named("made").submittedBy("t");
    Task<Receipt> first = flow.add(FlowJobs.task(jobs), ORDER);
    // As many as its result has characters: more than may wait
    Task<List<Receipt>> each = flow.addEach(bounded, FlowJobs.EACH_CHARACTER, first);
    SubmittedWorkflow submitted = jobs.submit(flow);
    jobs.types().pause(BOUNDED.type(), OPS);
    runtime.startWorker(
        TestJobs.handlers()
            .with(FlowJobs.TASK, (order, context) -> new Receipt("more"))
            .with(BOUNDED, (order, context) -> new Receipt("done")));
    await().until(() -> waiting(BOUNDED) == 4);
    jobs.retry(cancelled, OPS);
    assertThat(waiting(BOUNDED)).isEqualTo(5);
    await().untilAsserted(() -> refused(() -> jobs.submit(BOUNDED, ORDER, BY)));
    jobs.types().resume(BOUNDED.type(), OPS);
    await().until(() -> jobs.workflows().find(submitted.idOf(each)).orElseThrow().completed() == 4);
  }

  @Test
  void aRunOfAScheduleIsLeftOutAndTheScheduleSaysWhy() {
    List<UUID> ids = submitAll(MAX);
    String name = "test.backlog";
    JobSchedule before =
        jobs.schedules()
            .put(
                name,
                BOUNDED,
                ORDER,
                Timing.cron("* * * * * *", ZoneOffset.UTC),
                ScheduleOptions.defaults(),
                OPS);
    JobSchedule full =
        await().until(() -> jobs.schedules().get(name), schedule -> schedule.error().isPresent());
    assertThat(before.error()).isEmpty();
    assertThat(full.error().orElseThrow())
        .startsWith("The runs that were due are left out. 1 job(s) of type")
        .contains("3 jobs wait, and the bound is 3.");
    assertThat(full.leftOutAt()).isPresent();
    assertThat(waiting(BOUNDED)).isEqualTo(MAX);
    // By hand it runs whatever waits
    UUID byHand = jobs.schedules().runNow(name, OPS);
    assertThat(jobs.get(byHand).status()).isEqualTo(JobStatus.PENDING);
    jobs.cancel(byHand, OPS);
    jobs.cancel(ids.get(0), OPS);
    await().until(() -> !jobs.schedules().get(name).lastRun().orElseThrow().jobId().equals(byHand));
    assertThat(waiting(BOUNDED)).isEqualTo(MAX);
  }

  @Test
  void operatorsSetAnotherBound() {
    submitAll(MAX);
    jobs.types().override(BOUNDED.type(), JobTypeOverrides.none().withMaxWaiting(MAX + 1), OPS);
    assertThat(jobs.types().get(BOUNDED.type()).effective().maxWaiting()).isEqualTo(MAX + 1);
    assertThat(jobs.types().get(BOUNDED.type()).declared().maxWaiting()).isEqualTo(MAX);
    await().ignoreException(BacklogFullException.class).until(() -> submitAll(1).size() == 1);
    assertThatThrownBy(() -> submitAll(1))
        .isInstanceOf(BacklogFullException.class)
        .hasMessageContaining("and the bound is 4.");
  }

  @Test
  void theOldestAreDroppedAndSayWhy() {
    Order other = new Order("other", 1);
    List<UUID> ids =
        jobs.submitAll(DROPPING, Collections.nCopies(5, ORDER), BY).stream()
            .map(submitted -> submitted.jobId())
            .toList();
    jobs.submitAll(DROPPING, Collections.nCopies(MAX, other), BY);
    Job dropped = Fixture.awaitStatus(jobs, ids.get(1), JobStatus.CANCELLED);
    JobError error = dropped.error().orElseThrow();
    assertThat(error.reason()).isEqualTo(JobError.Reason.DROPPED);
    assertThat(error.message())
        .contains("More than 3 jobs waited, and this was one of the oldest.");
    assertThat(dropped.cancelRequestedAt()).isEmpty();
    assertThat(jobs.get(ids.get(0)).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(jobs.get(ids.get(2)).status()).isEqualTo(JobStatus.PENDING);
    assertThat(waiting(DROPPING)).isEqualTo(2 * MAX);
    await()
        .untilAsserted(
            () -> assertThat(discarded).containsExactly("DROPPED test.backlog.dropping 2"));
  }

  @Test
  void jobsThatAreDelayedCount() {
    SubmitOptions later = BY.withDelay(Duration.ofDays(1));
    jobs.submitAll(BOUNDED, Collections.nCopies(MAX, ORDER), later);
    refused(() -> jobs.submit(BOUNDED, ORDER, later));
  }
}
