package dev.tenon.jobs.cli.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.JobAudit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tools answer and change. */
class AgentToolsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private AgentWorld world;
  private Agent agent;

  @BeforeEach
  void start() {
    world = new AgentWorld();
    agent = world.agent();
  }

  @AfterEach
  void stop() throws Exception {
    assertThat(world.problems()).isEmpty();
    world.close();
  }

  @Test
  void findsJobsPageByPage() {
    UUID one = world.later("one");
    UUID two = world.later("two");
    UUID three = world.later("three");

    Agent.Answer first = agent.call("find_jobs", "type", "note.write", "limit", 2);
    assertThat(ids(first)).containsExactly(three.toString(), two.toString());
    Agent.Answer second =
        agent.call(
            "find_jobs", "type", "note.write", "limit", 2, "cursor", first.data().get("next"));
    assertThat(ids(second)).containsExactly(one.toString());
    assertThat(second.data()).doesNotContainKey("next");

    assertThat(ids(agent.call("find_jobs", "ids", List.of(two.toString()))))
        .containsExactly(two.toString());
    assertThat(ids(agent.call("find_jobs", "type", "note.put", "status", "pending"))).hasSize(3);
    assertThat(agent.call("find_jobs", "submittedAfter", "1h", "countOnly", true).data())
        .containsEntry("count", 3);
    assertThat(ids(agent.call("find_jobs", "submittedBy", "nobody"))).isEmpty();
    assertThat(ids(agent.call("find_jobs", "headers", Map.of("tenant", "acme")))).isEmpty();
  }

  private static List<Object> ids(Agent.Answer answer) {
    return answer.list("jobs").stream().map(job -> job.get("id")).toList();
  }

  @Test
  void explainsAJobThatHasFailed() {
    world.work();
    UUID id = world.failing("no pen");
    world.ended(id);
    world.ended(world.failing("no pen"));

    Agent.Answer answer = agent.call("explain_job", "jobId", id.toString());
    assertThat(answer.object("job")).containsEntry("status", "failed");
    assertThat(answer.object("job").get("error").toString()).contains("no pen");
    assertThat(answer.data().get("payload").toString()).contains("\"text\":\"no pen\"");
    assertThat(answer.list("attempts"))
        .singleElement()
        .satisfies(attempt -> assertThat(attempt).containsEntry("outcome", "failed"));
    assertThat(answer.data().get("lastStack").toString()).contains("NoteWrite$Handler.execute");
    assertThat(answer.list("log"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsEntry("message", "no pen"));
    assertThat(answer.object("sameKindOfFailure")).containsEntry("failedJobs", 2);
    String fingerprint = (String) answer.object("sameKindOfFailure").get("fingerprint");
    assertThat(ids(agent.call("find_jobs", "fingerprint", fingerprint))).hasSize(2);

    // Groups are rolled up some seconds later
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(agent.call("list_failures", "type", "note.write").list("groups"))
                    .singleElement()
                    .satisfies(
                        group ->
                            assertThat(group)
                                .containsEntry("fingerprint", fingerprint)
                                .containsEntry("failedAttempts", 2)));
  }

  @Test
  void showsTheOverview() {
    world.work();
    UUID id = world.later("one");
    agent.call("pause_type", "type", "note.write", "reason", "no pens").data();

    Agent.Answer answer = agent.call("overview");
    assertThat(answer.list("types"))
        .filteredOn(type -> "note.write".equals(type.get("type")))
        .singleElement()
        .satisfies(
            type -> {
              assertThat(type).containsEntry("waiting", 1).containsEntry("mayChange", true);
              assertThat(type.get("pausedBy").toString()).contains("no pens");
            });
    assertThat(answer.list("workers")).hasSize(1);
    assertThat(answer.list("health")).isNotEmpty();
    assertThat(agent.call("explain_job", "jobId", id.toString()).data().get("waits"))
        .asString()
        .isNotBlank();

    assertThat(agent.call("resume_type", "type", "note.write", "reason", "pens are here").data())
        .containsEntry("wasPaused", true);
    assertThat(world.service().types().get("note.write").isPaused()).isFalse();
  }

  @Test
  void hidesSensitiveValues() {
    UUID id =
        world
            .jobs
            .keyRotate()
            .submit(new KeyRotate("main", "hunter2"), SubmitOptions.by("tester"))
            .jobId();

    Agent.Answer answer = agent.call("explain_job", "jobId", id.toString());
    assertThat(answer.data()).containsEntry("payload", "{\"name\":\"main\",\"secret\":\"••••\"}");
    assertThat(answer.text()).doesNotContain("hunter2");
    assertThat(
            agent
                .call(
                    "submit_job",
                    "type",
                    "key.rotate",
                    "payload",
                    Map.of("name", "main", "secret", "hunter3"),
                    "reason",
                    "a try")
                .error())
        .contains("sensitive values", "must not pass through an agent");
  }

  @Test
  void submitsOnlyValidPayloads() {
    Map<String, Object> schema =
        agent.call("describe_type", "type", "note.write").object("payloadSchema");
    assertThat(schema).containsEntry("title", "Note write").containsKey("properties");

    Agent.Answer refused =
        agent.call(
            "submit_job",
            "type",
            "note.write",
            "payload",
            Map.of("text", 7, "fails", false),
            "reason",
            "a try");
    assertThat(refused.error()).contains("'payload' is not valid", "nothing was submitted");
    assertThat(refused.all().get("violations").toString()).contains("path=text");
    assertThat(refused.all()).containsKey("payloadSchema");
    assertThat(world.audit()).isEmpty();
  }

  @Test
  void changesASingleJob() {
    UUID id = world.later("one");
    assertThat(agent.call("cancel_job", "jobId", id.toString(), "reason", "not needed").data())
        .containsEntry("outcome", "cancelled")
        .containsEntry("status", "cancelled");
    assertThat(agent.call("retry_job", "jobId", id.toString(), "reason", "needed").data())
        .containsEntry("outcome", "retried");
    assertThat(agent.call("retry_job", "jobId", id.toString(), "reason", "again").error())
        .contains(id.toString());

    assertThat(world.audit())
        .extracting(JobAudit.Entry::by)
        .containsExactly("robot via test-client", "robot via test-client");
    assertThat(agent.call("explain_job", "jobId", id.toString()).list("manualChanges"))
        .extracting(change -> change.get("reason"))
        .containsExactly("needed", "not needed");
  }

  @Test
  void changesManyJobsAfterADryRun() {
    for (int i = 0; i < 3; i++) {
      world.later("note " + i);
    }
    Agent.Answer preview =
        agent.call("preview_bulk", "action", "cancel", "type", "note.write", "status", "pending");
    assertThat(preview.data()).containsEntry("count", 3);
    assertThat(preview.list("newest")).hasSize(3);
    assertThat(world.audit()).isEmpty();
    Object token = preview.data().get("token");

    assertThat(bulk("cancel", "failed", 3, token).error())
        .contains("'status' is 'failed'", "had 'pending'", "Nothing was changed");
    assertThat(bulk("retry", "pending", 3, token).error()).contains("'action' is 'retry'");
    assertThat(bulk("cancel", "pending", 2, token).error()).contains("'count' is '2'");
    assertThat(bulk("cancel", "pending", 3, "made-up").error())
        .contains("'token' is 'made-up'", "Call preview_bulk");
    assertThat(bulk("cancel", "pending", 3, token).data()).containsEntry("changed", 3);
    assertThat(bulk("cancel", "pending", 3, token).error()).contains("used already");

    assertThat(world.audit())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.by()).isEqualTo("robot via test-client");
              assertThat(entry.reason()).contains("a clean desk");
            });
  }

  @Test
  void manyMoreJobsThanInTheDryRunAreLeftAlone() {
    UUID id = world.later("one");
    Object token =
        agent
            .call("preview_bulk", "action", "cancel", "type", "note.write", "status", "pending")
            .data()
            .get("token");
    world.later("two");

    assertThat(bulk("cancel", "pending", 1, token).error()).contains("matches 2 jobs");
    assertThat(world.service().get(id).status()).isEqualTo(JobStatus.PENDING);
  }

  private Agent.Answer bulk(String action, String status, int count, Object token) {
    return agent.call(
        "run_bulk",
        "action",
        action,
        "type",
        "note.write",
        "status",
        status,
        "count",
        count,
        "token",
        token,
        "reason",
        "a clean desk");
  }

  @Test
  void wrongArgumentsAreNamedWithTheirValueAndTheWayOut() {
    assertThat(agent.call("find_jobs", "status", "done").error())
        .isEqualTo(
            "'status' is 'done'; it must be one of pending, queued, running, completed, failed, cancelled.");
    assertThat(agent.call("find_jobs", "limit", 1000).error())
        .isEqualTo("'limit' is 1000; it must be from 1 to 100.");
    assertThat(agent.call("find_jobs", "limit", "many").error())
        .startsWith("'limit' is 'many'; it must be a whole number.");
    assertThat(agent.call("find_jobs", "stauts", "failed").error())
        .startsWith("'stauts' is not an argument of this tool; it takes status, type,");
    assertThat(agent.call("find_jobs", "type", "note.wrote").error())
        .isEqualTo(
            "'type' is 'note.wrote'; there is no such job type that you may see. There are account.event, key.rotate, mail.send, note.write, payroll.run.");
    assertThat(agent.call("find_jobs", "submittedAfter", "yesterday").error())
        .contains("'submittedAfter' is 'yesterday'", "such as 90s, 30m, 2h or 7d");
    assertThat(agent.call("find_jobs", "headers", Map.of("tenant", 7)).error())
        .isEqualTo("'headers.tenant' is 7; it must be a string.");
    assertThat(agent.call("find_jobs", "ids", List.of()).error())
        .isEqualTo("'ids' has 0 elements; it must have from 1 to 100.");
    assertThat(agent.call("find_jobs", "cursor", "nonsense").error()).contains("nonsense");
    assertThat(agent.call("explain_job").error())
        .isEqualTo("'jobId' is missing; it must be a string. Id of the job, as find_jobs has it.");
    assertThat(agent.call("explain_job", "jobId", "7").error())
        .contains("'jobId' is '7'; it must be an id", "find_jobs has the ids");
    assertThat(agent.call("explain_job", "jobId", new UUID(0, 7).toString()).error())
        .contains(new UUID(0, 7).toString());
    assertThat(agent.call("pause_type", "type", "note.write", "reason", " ").error())
        .startsWith("'reason' is blank.");
    assertThat(agent.call("preview_bulk", "action", "cancel").error())
        .startsWith("No filter is given, so this would be about all jobs.");
    assertThat(agent.call("overview", "type", "note.write").error()).contains("it takes none");
    assertThat(world.audit()).isEmpty();
  }
}
