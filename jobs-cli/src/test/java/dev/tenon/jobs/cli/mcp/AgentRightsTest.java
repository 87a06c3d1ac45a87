package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.dashboard.Right;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which rights show which tools and jobs, and allow which changes. */
class AgentRightsTest {

  private static final List<String> READING =
      List.of("overview", "find_jobs", "explain_job", "list_failures", "describe_type");
  private static final List<String> CHANGING =
      List.of(
          "retry_job",
          "cancel_job",
          "preview_bulk",
          "run_bulk",
          "pause_type",
          "resume_type",
          "submit_job");

  private AgentWorld world;
  private UUID note;
  private UUID payroll;

  @BeforeEach
  void start() {
    world = new AgentWorld();
    note = world.later("one");
    payroll =
        world
            .jobs
            .payrollRun()
            .submit(new PayrollRun("may"), SubmitOptions.by("tester").withDelay(Duration.ofDays(1)))
            .jobId();
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(world.problems()).isEmpty();
    world.close();
  }

  @Test
  void whoMayReadSeesEverythingAndChangesNothing() {
    Agent agent = world.agent(DashboardUser.of("robot", Right.READ));
    assertThat(agent.tools()).containsExactlyInAnyOrderElementsOf(READING);
    assertThat(agent.call("find_jobs").list("jobs")).hasSize(2);
    for (String tool : CHANGING) {
      assertThat(agent.call(tool).error()).as(tool).contains("read-only");
    }
    nothingHasChanged();
  }

  @Test
  void aHiddenTypeIsAsIfItDidNotExist() {
    Agent agent =
        world.agent(DashboardUser.of("robot", Right.ACT).withRight("payroll.run", Right.NONE));
    String unknown = agent.call("find_jobs", "type", "no.such").error();
    assertThat(agent.call("find_jobs", "type", "payroll.run").error())
        .isEqualTo(unknown.replace("no.such", "payroll.run"));
    String missing = agent.call("explain_job", "jobId", new UUID(0, 7).toString()).error();
    for (String tool : List.of("explain_job", "retry_job", "cancel_job")) {
      Agent.Answer answer =
          tool.equals("explain_job")
              ? agent.call(tool, "jobId", payroll.toString())
              : agent.call(tool, "jobId", payroll.toString(), "reason", "a try");
      assertThat(answer.error())
          .as(tool)
          .isEqualTo(missing.replace(new UUID(0, 7).toString(), payroll.toString()));
    }
    for (String tool : List.of("pause_type", "resume_type")) {
      assertThat(agent.call(tool, "type", "payroll.run", "reason", "a try").error())
          .contains("no such job type");
    }
    assertThat(agent.call("describe_type", "type", "payroll.run").error())
        .contains("no such job type");
    assertThat(
            agent
                .call(
                    "submit_job",
                    "type",
                    "payroll.run",
                    "payload",
                    Map.of("month", "june"),
                    "reason",
                    "a try")
                .error())
        .contains("no such job type");
    assertThat(agent.call("find_jobs").list("jobs"))
        .extracting(job -> job.get("id"))
        .containsExactly(note.toString());
    assertThat(agent.call("find_jobs", "ids", List.of(payroll.toString())).list("jobs")).isEmpty();
    assertThat(agent.call("overview").text()).doesNotContain("payroll.run");
    assertThat(agent.call("preview_bulk", "action", "cancel", "status", "pending").data())
        .containsEntry("count", 1);
    nothingHasChanged();
  }

  @Test
  void whoMayChangeOneTypeChangesNoOther() {
    Agent agent =
        world.agent(DashboardUser.of("robot", Right.READ).withRight("note.write", Right.ACT));
    assertThat(agent.tools()).containsAll(READING).containsAll(CHANGING);
    assertThat(agent.call("find_jobs").list("jobs")).hasSize(2);
    assertThat(agent.call("cancel_job", "jobId", payroll.toString(), "reason", "a try").error())
        .contains("may not change jobs of the type 'payroll.run'");
    assertThat(agent.call("pause_type", "type", "payroll.run", "reason", "a try").error())
        .contains("may not change");
    assertThat(
            agent
                .call(
                    "preview_bulk", "action", "cancel", "type", "payroll.run", "status", "pending")
                .error())
        .contains("may not change");
    assertThat(
            agent
                .call(
                    "submit_job",
                    "type",
                    "payroll.run",
                    "payload",
                    Map.of("month", "june"),
                    "reason",
                    "a try")
                .error())
        .contains("may not change");
    assertThat(agent.call("describe_type", "type", "payroll.run").data())
        .containsKey("whySubmitIsNotPossible");
    nothingHasChanged();

    Agent.Answer preview = agent.call("preview_bulk", "action", "cancel", "status", "pending");
    assertThat(preview.data()).containsEntry("count", 1);
    assertThat(
            agent
                .call(
                    "run_bulk",
                    "action",
                    "cancel",
                    "status",
                    "pending",
                    "count",
                    1,
                    "token",
                    preview.data().get("token"),
                    "reason",
                    "a clean desk")
                .data())
        .containsEntry("changed", 1);
    assertThat(world.service().get(note).status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(world.service().get(payroll).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void whoMayReadOneTypeSeesNoOther() {
    Agent agent =
        world.agent(DashboardUser.of("robot", Right.NONE).withRight("note.write", Right.READ));
    assertThat(agent.tools()).containsExactlyInAnyOrderElementsOf(READING);
    assertThat(agent.call("find_jobs").list("jobs")).hasSize(1);
    assertThat(agent.call("overview").data())
        .doesNotContainKeys("workers", "health")
        .extractingByKey("types")
        .asString()
        .contains("note.write")
        .doesNotContain("payroll.run", "key.rotate", "mail.send");
  }

  @Test
  void failuresOfOtherTypesHideNone() throws Exception {
    world.addFailures("note.write", 1);
    world.addFailures("note.put", 1);
    world.addFailures("mail.send", 51);
    world.addFailures("payroll.run", 250);

    Agent all = world.agent();
    assertThat(all.call("list_failures").data()).containsEntry("isMore", true);
    assertThat(all.call("list_failures", "type", "note.write").list("groups"))
        .extracting(group -> group.get("type"))
        .containsExactlyInAnyOrder("note.write", "note.put");
    Agent some =
        world.agent(
            DashboardUser.of("robot", Right.NONE)
                .withRight("note.write", Right.READ)
                .withRight("mail.send", Right.READ));
    Agent.Answer answer = some.call("list_failures", "type", "note.write");
    assertThat(answer.list("groups"))
        .singleElement()
        .satisfies(group -> assertThat(group).containsEntry("type", "note.write"));
    assertThat(answer.data()).doesNotContainKey("isMore");
    answer = some.call("list_failures");
    assertThat(answer.list("groups")).hasSize(50);
    assertThat(answer.data()).containsEntry("isMore", true);
    assertThat(answer.text()).doesNotContain("payroll.run", "note.put");
  }

  private void nothingHasChanged() {
    assertThat(world.audit()).isEmpty();
    assertThat(world.service().get(note).status()).isEqualTo(JobStatus.PENDING);
    assertThat(world.service().get(payroll).status()).isEqualTo(JobStatus.PENDING);
    assertThat(world.service().types().list()).noneMatch(type -> type.isPaused());
  }
}
