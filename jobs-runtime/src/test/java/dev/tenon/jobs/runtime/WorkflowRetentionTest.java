package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A workflow is kept as long as one of its jobs, and deleted with the last one. */
@Tag("servers")
class WorkflowRetentionTest {

  /** Three rounds of retention, which has one every ten seconds. */
  private static final Duration SOON = Duration.ofSeconds(100);

  private static final List<String> TABLES =
      List.of(
          "job_data",
          "live_jobs",
          "ended_jobs",
          "earlier_attempts",
          "job_logs",
          "workflows",
          "workflow_tasks",
          "workflow_edges");

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Tag("thorough")
  @Test
  void allOfItIsDeletedTogether() throws Exception {
    JobsRuntime runtime = fixture.start();
    JobService jobs = runtime.jobs();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                FlowJobs.TASK,
                (order, context) -> {
                  context.log().info("It runs.");
                  return new Receipt("xy");
                })
            .with(FlowJobs.EVENT, (order, context) -> new Receipt("done"))
            .with(TestJobs.FORGOTTEN, (order, context) -> null));
    TypedJobs<Order, Void> forgotten = new TypedJobs<>(TestJobs.FORGOTTEN, jobs, jobs);
    TypedJobs<Order, Receipt> task = FlowJobs.task(jobs);
    Workflow flow = Workflow.named("kept").submittedBy("t");
    Task<Void> first = flow.add(forgotten, new Order("a", 1));
    Task<Receipt> second = flow.add(task, new Order("b", 1)).after(first);
    flow.addEach(task, FlowJobs.EACH_CHARACTER, second);
    flow.onAllSettled(FlowJobs.event(jobs), new Order("settled", 1));
    SubmittedWorkflow kept = jobs.submit(flow);
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.count(JobQuery.all().withStatus(JobStatus.COMPLETED)) == 5);

    try (Connection connection = fixture.database().connect()) {
      DSLContext sql = DSL.using(connection, SQLDialect.POSTGRES);
      // Alone, the job that need not be kept would be deleted in the same round as this one
      var unused = forgotten.submit(new Order("alone", 1), SubmitOptions.by("t")).jobId();
      await().atMost(SOON).until(() -> jobs.count(JobQuery.all()) == 5);
      assertThat(jobs.find(kept.idOf(first))).isPresent();

      sql.execute("UPDATE tenon.workflows SET delete_at = now()");
      await().atMost(SOON).until(() -> jobs.workflows().find(kept.id()).isEmpty());
      for (String table : TABLES) {
        assertThat(sql.fetchCount(DSL.table("tenon." + table))).as(table).isZero();
      }
    }
  }
}
