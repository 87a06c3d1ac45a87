package dev.tenon.examples.quickstart.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.examples.quickstart.durable.DurableHandlers;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.ArraysHandler;
import dev.tenon.examples.quickstart.roundtrip.RoundTripTest.EverythingHandler;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.testing.TenonExtension;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Runs the workflows that the guide shows. */
class WorkflowsGuideTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> TEAM = List.of("team@example.com");

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private JobService service;
  private TestJobs jobs;

  @BeforeEach
  void makeJobs() {
    service = tenon.jobs();
    jobs = new TestJobs(service);
  }

  private SubmittedWorkflow submitBatch(List<PartConvert> parts) {
    Workflow batch = Workflow.named("nightly meshes").submittedBy("planner");
    for (PartConvert part : parts) {
      batch.add(jobs.partConvert(), part);
    }
    batch.onFirstFailure(jobs.mailSend(), new MailSend(TEAM, "A mesh has failed"));
    batch.onAllAttempted(jobs.mailSend(), new MailSend(TEAM, "Each was tried"));
    batch.onAllSucceeded(jobs.mailSend(), new MailSend(TEAM, "All meshes are there"));
    batch.onAllSettled(jobs.mailSend(), new MailSend(TEAM, "The night is over"));
    return service.submit(batch);
  }

  private SubmittedWorkflow submitRelease(String file) {
    Workflow release = Workflow.named("design release").submittedBy("ada");
    Task<DesignImport.Parts> parts = release.add(jobs.designImport(), new DesignImport(file));
    Task<List<PartConvert.Mesh>> meshes =
        release.addEach(
            jobs.partConvert(), PartConvertJob.OF_IMPORT.with(new PartConvert("-", "stl")), parts);
    release.add(jobs.designPublish(), DesignPublishJob.OF_MESHES, parts, meshes);
    return service.submit(release);
  }

  private SubmittedWorkflow submitWithFailures(String file) {
    Workflow flow = Workflow.named("import").submittedBy("ada");
    Task<DesignImport.Parts> parts = flow.add(jobs.designImport(), new DesignImport(file));
    flow.add(jobs.mailSend(), new MailSend(TEAM, "The file was read")).after(parts);
    flow.add(jobs.mailSend(), new MailSend(TEAM, "Clean up")).afterEndOf(parts);
    flow.add(jobs.mailSend(), new MailSend(TEAM, "Roll back")).afterFailureOf(parts);
    return service.submit(flow);
  }

  private SubmittedWorkflow submitCondition(String file) {
    Workflow flow = Workflow.named("empty designs").submittedBy("ada");
    Task<DesignImport.Parts> parts = flow.add(jobs.designImport(), new DesignImport(file));
    flow.add(jobs.designPublish(), DesignPublishJob.IF_EMPTY, parts);
    return service.submit(flow);
  }

  @Test
  void aBatchWithItsEvents() {
    startWorker();

    settled(submitBatch(List.of(mesh("P-1"), mesh("P-2"))).id());
    awaitMails("Each was tried", "All meshes are there", "The night is over");
  }

  @Test
  void aBatchWithAFailure() {
    startWorker();

    WorkflowState state = settled(submitBatch(List.of(mesh("P-1"), mesh("P-0"))).id());
    assertThat(state.outcome()).contains(JobStatus.FAILED);
    awaitMails("A mesh has failed", "Each was tried", "The night is over");
  }

  @Test
  void fanOutAndFanIn() {
    startWorker();

    assertThat(settled(submitRelease("gearbox.step").id()).outcome()).contains(JobStatus.COMPLETED);
    JobSummary publish = jobs.designPublish().list(JobQuery.all()).items().get(0);
    assertThat(jobs.designPublish().find(publish.id()).orElseThrow().payload())
        .isEqualTo(new DesignPublish("Gearbox", 36));
    assertThat(jobs.partConvert().count(JobQuery.all())).isEqualTo(3);
  }

  @Test
  void whatFollowsAFailure() {
    startWorker();

    assertThat(settled(submitWithFailures("lost.step").id()).skipped()).isEqualTo(1);
    awaitMails("Clean up", "Roll back");
  }

  @Test
  void whatFollowsASuccess() {
    startWorker();

    assertThat(settled(submitWithFailures("gearbox.step").id()).skipped()).isEqualTo(1);
    awaitMails("The file was read", "Clean up");
  }

  @Test
  void aConditionThatIsNotMet() {
    startWorker();

    WorkflowState state = settled(submitCondition("gearbox.step").id());
    assertThat(state.outcome()).contains(JobStatus.COMPLETED);
    assertThat(state.skipped()).isEqualTo(1);
    assertThat(settled(submitCondition("empty.step").id()).skipped()).isZero();
  }

  @Test
  void anOpenBatch() {
    startWorker();
    List<List<PartConvert>> pages = List.of(List.of(mesh("P-1")), List.of(mesh("P-2")));

    Workflow batch = Workflow.named("meshes of a catalog").submittedBy("planner").leftOpen();
    UUID id = service.submit(batch).id();
    for (List<PartConvert> page : pages) {
      service.workflows().add(id, jobs.partConvert(), page);
    }
    service.workflows().close(id);

    assertThat(settled(id).completed()).isEqualTo(2);
  }

  @Test
  void workflowsOfWorkflows() {
    startWorker();
    UUID nightly = submitBatch(List.of(mesh("P-1"))).id();

    Workflow meshes = Workflow.named("meshes");
    meshes.addAll(jobs.partConvert(), List.of(mesh("P-1"), mesh("P-2")));
    Workflow morning = Workflow.named("morning").submittedBy("planner").after(nightly);
    Task<Void> done = morning.add(meshes);
    morning.add(jobs.mailSend(), new MailSend(TEAM, "Good morning")).after(done);
    SubmittedWorkflow submitted = service.submit(morning);

    assertThat(settled(submitted.id()).outcome()).contains(JobStatus.COMPLETED);
    assertThat(jobs.partConvert().count(JobQuery.all())).isEqualTo(3);
    // A task with many jobs is one member
    assertThat(service.workflows().find(submitted.idOf(done)).orElseThrow().completed())
        .isEqualTo(1);
  }

  @Test
  void aLookAtAWorkflow() {
    Workflow release = Workflow.named("design release").submittedBy("ada");
    Task<DesignImport.Parts> parts =
        release.add(jobs.designImport(), new DesignImport("gearbox.step"));
    Task<Void> mail = release.add(jobs.mailSend(), new MailSend(TEAM, "Read")).after(parts);

    SubmittedWorkflow submitted = service.submit(release);
    WorkflowState state = service.workflows().find(submitted.id()).orElseThrow();
    WorkflowTree all = service.workflows().tree(submitted.id()).orElseThrow();
    Optional<WaitReason> why = service.whyWaiting(submitted.idOf(mail));

    assertThat(state.members()).isEqualTo(2);
    assertThat(state.outcome()).isEmpty();
    assertThat(all.allJobs()).isEqualTo(state.jobs());
    assertThat(why).get().isInstanceOf(WaitReason.AfterOthers.class);
  }

  private boolean submitOrder() {
    Workflow order = Workflow.named("order").submittedBy("shop").uniqueBy("order-7");
    order.add(jobs.partConvert(), mesh("P-1"));
    SubmittedWorkflow submitted = service.submit(order);
    return submitted.isNew();
  }

  private void runAgain(UUID id, UUID taskId) {
    service.workflows().runAgainFrom(id, taskId, Actor.of("ada", "the price list was wrong"));
  }

  @Test
  void anOrderIsSubmittedOnceAndRunsAgainFromATask() {
    assertThat(submitOrder()).isTrue();
    assertThat(submitOrder()).isFalse();
    startWorker();
    UUID id = service.workflows().find("order", "order-7").orElseThrow().id();
    assertThat(settled(id).outcome()).contains(JobStatus.COMPLETED);
    UUID task = jobs.partConvert().list(JobQuery.all()).items().get(0).id();

    runAgain(id, task);

    Awaitility.await().atMost(PATIENCE).until(() -> service.attempts(task).size() == 2);
    assertThat(settled(id).outcome()).contains(JobStatus.COMPLETED);
  }

  private void startWorker() {
    tenon.startWorker(
        new TestJobsHandlers(
            new AccountEventHandler(),
            new DesignImportHandler(),
            new DesignPublishHandler(),
            new InvoiceSendHandler((id, invoice) -> MailServer.Reply.SENT, Duration.ZERO),
            new MailSendHandler(),
            new CacheCleanupHandler(),
            DurableHandlers.fulfilOrder(),
            new PageViewStoreHandler(DurableHandlers.noPageViews()),
            new PartConvertHandler(),
            new PartReindexHandler(),
            DurableHandlers.priceListImport(),
            new SitePublishHandler(),
            new StockFeedImportHandler(),
            new StockReconcileHandler(),
            new EverythingHandler(),
            new ArraysHandler(),
            DurableHandlers.trialRemind()));
  }

  private static PartConvert mesh(String number) {
    return new PartConvert(number, "stl");
  }

  private WorkflowState settled(UUID id) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> service.workflows().find(id).orElseThrow(), state -> state.outcome().isPresent());
  }

  /** Waits until exactly these mails were sent. */
  private void awaitMails(String... texts) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(mails()).containsExactlyInAnyOrder(texts));
  }

  private Stream<String> mails() {
    return jobs.mailSend().list(JobQuery.all()).items().stream()
        .filter(mail -> mail.status() == JobStatus.COMPLETED)
        .map(mail -> jobs.mailSend().find(mail.id()).orElseThrow().payload().text());
  }
}
