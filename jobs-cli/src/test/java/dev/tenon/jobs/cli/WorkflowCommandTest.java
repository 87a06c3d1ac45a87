package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.workflow.SubmittedWorkflow;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code tenon workflow}, on a real database. */
class WorkflowCommandTest {

  private static Installation installation;
  private static MailJobs jobs;
  private static SubmittedWorkflow submitted;
  private static Task<Void> nested;

  @BeforeAll
  static void start() {
    installation = new Installation();
    jobs = new MailJobs(installation.jobs());
    Workflow inner = Workflow.named("inner");
    inner.addAll(jobs.mailSend(), List.of(new MailSend("ann"), new MailSend("bob")));
    Workflow outer = Workflow.named("outer").submittedBy("user-1").uniqueBy("order-7");
    nested = outer.add(inner);
    outer.add(jobs.mailSend(), new MailSend("eve")).after(nested);
    submitted = installation.jobs().submit(outer);
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private static Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  @Test
  void aWorkflowIsShownWithAllThatIsNestedInIt() {
    Command shown = tenon("workflow", submitted.id().toString());

    assertThat(shown.code()).isZero();
    assertThat(shown.out())
        .contains(submitted.id().toString(), "outer", "order-7", "running", "3 pending")
        .contains("NESTED WORKFLOW", "inner", submitted.idOf(nested).toString(), "0 of 1");
    assertThat(tenon("workflow", submitted.id().toString(), "--json").out())
        .contains("\"uniqueKey\"", "\"nested\"", "\"allJobs\"");
    Command unknown = tenon("workflow", UUID.randomUUID().toString());
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("There is no workflow", "try 'tenon show'");
  }

  @Test
  void aWorkflowThatHasEndedRunsAgainFromATask() {
    Workflow flow = Workflow.named("again").submittedBy("user-1");
    Task<String> first = flow.add(jobs.mailSend(), new MailSend("ann"));
    SubmittedWorkflow again = installation.jobs().submit(flow);
    String id = again.id().toString();
    String task = again.idOf(first).toString();
    Command refused = tenon("workflow", id, "--run-again-from=" + task, "--by=ada");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("has not ended: 1 of its 1 members have not");
    installation.jobs().workflows().cancel(again.id(), Actor.of("ann"));

    Command done =
        tenon("workflow", id, "--run-again-from=" + task, "--by=ada", "--reason=repaired");

    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("Jobs and tasks that start again: 1.");
    assertThat(installation.jobs().get(again.idOf(first)).status()).isEqualTo(JobStatus.PENDING);
    assertThat(installation.runtime.monitor().audit().list(AuditQuery.all().withBy("ada")).items())
        .anySatisfy(
            entry -> {
              assertThat(entry.target()).isEqualTo(id);
              assertThat(entry.reason()).contains("repaired");
            });
  }
}
