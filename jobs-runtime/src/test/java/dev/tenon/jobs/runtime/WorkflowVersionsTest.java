package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Handlers;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.TaskInput;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Workflows that are in progress while a new version of the application is deployed: its types have
 * other payloads and results, under other names, and its workflows other tasks.
 */
@Tag("servers")
@Tag("thorough")
class WorkflowVersionsTest {

  record Part(String name) {}

  record Mesh(int triangles) {}

  record Report(int triangles) {}

  record Done(String text) {}

  /** In the new version a mesh also has its unit. */
  record UnitMesh(int triangles, String unit) {}

  /** In the new version a report is about a mesh with a unit, and a title is required. */
  record TitledReport(int triangles, String unit, String title) {}

  private static final TaskInput.From1<Mesh, Report> OF_MESH =
      TaskInput.from1("ofMesh", mesh -> List.of(new Report(mesh.triangles())));
  private static final JobDefinition<Part, Mesh> OLD_CONVERT =
      TestCodecs.builder("versions.convert", Part.class, Mesh.class).build();
  private static final JobDefinition<Report, Done> OLD_REPORT =
      TestCodecs.builder("versions.report", Report.class, Done.class).input(OF_MESH).build();

  private static final TaskInput.From1<UnitMesh, TitledReport> OF_UNIT_MESH =
      TaskInput.from1(
          "ofMesh",
          mesh -> List.of(new TitledReport(mesh.triangles(), mesh.unit(), "made by the new one")));

  /** A method that only the new version has. */
  private static final TaskInput.From1<Done, TitledReport> OF_DONE =
      TaskInput.from1("ofDone", done -> List.of(new TitledReport(0, "mm", "after " + done.text())));

  private static final JobDefinition<Part, UnitMesh> NEW_CONVERT =
      TestCodecs.builder("versions.mesh.convert", Part.class, UnitMesh.class)
          .aliases("versions.convert")
          .version(2)
          .resultUpcaster(
              1,
              Mesh.class,
              TestCodecs.of(Mesh.class),
              mesh -> new UnitMesh(mesh.triangles(), "inch"))
          .build();
  private static final JobDefinition<TitledReport, Done> NEW_REPORT =
      TestCodecs.builder("versions.report", TitledReport.class, Done.class)
          .version(2)
          .upcaster(
              1,
              Report.class,
              TestCodecs.of(Report.class),
              report -> new TitledReport(report.triangles(), "inch", "upcast"))
          .input(OF_UNIT_MESH)
          .input(OF_DONE)
          .build();

  private final Fixture fixture = Fixture.withRabbit();

  /** What was reported, in the order of the reports. */
  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());

  private JobService jobs;

  @BeforeEach
  void start() {
    jobs = fixture.start().jobs();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private <P, R> TypedJobs<P, R> typed(JobDefinition<P, R> definition) {
    return new TypedJobs<>(definition, jobs, jobs);
  }

  /** A process with one worker. */
  private JobsRuntime deploy(JobHandlers handlers) {
    JobsRuntime process = fixture.start();
    process.startWorker(handlers, WorkerOptions.defaults().withConcurrency(2));
    return process;
  }

  private static Handlers oldConverter() {
    return TestJobs.handlers().with(OLD_CONVERT, (part, context) -> new Mesh(part.name().length()));
  }

  private Handlers oldApplication() {
    return oldConverter()
        .with(
            OLD_REPORT,
            (report, context) -> {
              reports.add("old " + report.triangles());
              return new Done("old");
            });
  }

  private Handlers newApplication() {
    return TestJobs.handlers()
        .with(NEW_CONVERT, (part, context) -> new UnitMesh(part.name().length(), "mm"))
        .with(
            NEW_REPORT,
            (report, context) -> {
              reports.add(report.triangles() + " " + report.unit() + ", " + report.title());
              return new Done(report.title());
            });
  }

  private void awaitCompleted(SubmittedWorkflow workflow) {
    await("the workflow has ended")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.workflows().find(workflow.id()).orElseThrow().outcome().isPresent());
    assertThat(jobs.workflows().find(workflow.id()).orElseThrow().outcome())
        .contains(JobStatus.COMPLETED);
  }

  @Test
  void aWorkflowOfTheOldVersionIsFinishedByTheNewOne() {
    Workflow flow = Workflow.named("conversion").submittedBy("old");
    Task<Mesh> mesh = flow.add(typed(OLD_CONVERT), new Part("bolt"));
    Task<Done> report = flow.add(typed(OLD_REPORT), OF_MESH, mesh);
    flow.add(typed(OLD_REPORT), new Report(7)).after(report);
    SubmittedWorkflow submitted = jobs.submit(flow);

    JobsRuntime old = deploy(oldConverter());
    Fixture.awaitStatus(jobs, submitted.idOf(mesh), JobStatus.COMPLETED);
    old.close();
    assertThat(reports).isEmpty();

    deploy(newApplication());
    awaitCompleted(submitted);
    assertThat(reports).containsExactly("4 inch, made by the new one", "7 inch, upcast");
  }

  @Test
  void aWorkflowOfTheNewVersionIsLeftAloneByTheOldOne() {
    deploy(oldApplication());
    Workflow flow = Workflow.named("conversion").submittedBy("new");
    Task<UnitMesh> mesh = flow.add(typed(NEW_CONVERT), new Part("bolt"));
    Task<Done> report = flow.add(typed(NEW_REPORT), OF_UNIT_MESH, mesh);
    flow.add(typed(NEW_REPORT), OF_DONE, report);
    SubmittedWorkflow submitted = jobs.submit(flow);
    // The old version works meanwhile, also at workflows of its own
    Workflow other = Workflow.named("conversion").submittedBy("old");
    Task<Mesh> oldMesh = other.add(typed(OLD_CONVERT), new Part("nut"));
    other.add(typed(OLD_REPORT), OF_MESH, oldMesh);
    awaitCompleted(jobs.submit(other));
    assertThat(reports).containsExactly("old 3");
    assertThat(jobs.get(submitted.idOf(mesh)).status().isTerminal()).isFalse();

    deploy(newApplication());
    awaitCompleted(submitted);
    assertThat(reports)
        .containsExactly("old 3", "4 mm, made by the new one", "0 mm, after made by the new one");
  }
}
