package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.State;
import dev.tenon.jobs.operate.AuditQuery;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for steps and signals, on a real database. */
class StepCommandsTest {

  private static final SubmitOptions LATER =
      SubmitOptions.by("user-1").withDelay(Duration.ofDays(1));
  private static final String QUESTION = "Is it on the\u001b[31m statement?";

  private static Installation installation;
  private static MailJobs jobs;

  @BeforeAll
  static void start() throws SQLException {
    installation = new Installation();
    jobs = new MailJobs(installation.jobs());
    sql("UPDATE tenon.job_types SET signals = '{order.paid}' WHERE type = 'mail.send'");
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private static Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  private static void sql(String sql) throws SQLException {
    try (var connection = installation.database().connect();
        var statement = connection.createStatement()) {
      boolean unused = statement.execute(sql);
    }
  }

  /** A job that has paid, and does not know whether it has sent two mails; it waits. */
  private static UUID job() throws SQLException {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER).jobId();
    sql(
        """
        INSERT INTO tenon.job_steps (job_id, name, step_key, kind, state, version, lease, number, started_at, ended_at,
          until, signals, result, message)
        VALUES
          ('%1$s', 'pay', '', 'step', 'done', 1, 1, 1, '2026-03-01 12:00Z', '2026-03-01 12:00:00.250Z', NULL, NULL, '17', NULL),
          ('%1$s', 'send', '', 'step', 'in_doubt', 1, 1, 2, '2026-03-01 12:00Z', NULL, NULL, NULL, NULL, '%2$s'),
          ('%1$s', 'send', 'line/2', 'step', 'in_doubt', 1, 1, 3, '2026-03-01 12:00:01Z', NULL, NULL, NULL, NULL, NULL),
          ('%1$s', 'payment', '', 'wait', 'waiting', 1, 1, 4, '2026-03-01 12:00:02Z', NULL, '2099-01-01 00:00Z',
            '{order.paid,order.lost}', NULL, NULL),
          ('%1$s', 'token:order.paid', '', 'token', 'open', 1, 1, 5, '2026-03-01 12:00:03Z', NULL, NULL, NULL, '"s3cr3t"', NULL)
        """
            .formatted(id, QUESTION));
    return id;
  }

  private static JobStep step(UUID job, String name, String key) {
    return installation.jobs().steps().ofJob(job).stream()
        .filter(step -> step.name().equals(name) && step.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> audited(UUID job) {
    return installation
        .runtime
        .monitor()
        .audit()
        .list(AuditQuery.all().withTarget(job.toString()))
        .items()
        .stream()
        .map(entry -> entry.by() + ": " + entry.action() + ", " + entry.reason().orElse(""))
        .toList();
  }

  @Test
  void showsTheStepsOfAJob() throws Exception {
    String id = job().toString();

    Command steps = tenon("steps", id).succeeds();
    assertThat(steps.columns().get(0)).startsWith("STEP", "KIND", "STATE", "BEGAN", "TOOK");
    assertThat(steps.columns().get(1))
        .containsExactly("pay", "step", "done", "2026-03-01T12:00:00Z", "250 ms");
    assertThat(steps.columns().get(2))
        .containsExactly(
            "send",
            "step",
            "in doubt",
            "2026-03-01T12:00:00Z",
            "Is it on the\\u001b[31m statement?");
    assertThat(steps.columns().get(3)).startsWith("send/line/2", "step", "in doubt");
    assertThat(steps.columns().get(4))
        .containsExactly(
            "payment",
            "wait",
            "waiting",
            "2026-03-01T12:00:02Z",
            "for order.paid or order.lost, until 2099-01-01T00:00:00Z");
    assertThat(steps.columns().get(5)).contains("token", "open");

    assertThat(tenon("steps", id, "--json").succeeds().out())
        .startsWith("{\"id\":\"" + id + "\",\"steps\":[{\"jobId\":\"" + id)
        .contains("\"name\":\"send\",\"key\":\"line/2\",\"kind\":\"step\",\"state\":\"in_doubt\"")
        .endsWith("\"signals\":[]}\n")
        .doesNotContain("result", "s3cr3t", "\u001b");
    assertThat(tenon("steps", id, "--json", "--values").succeeds().out())
        .contains("\"result\":")
        .endsWith("\"signals\":[],\"cursor\":null}\n")
        .doesNotContain("s3cr3t");
    assertThat(tenon("steps", UUID.randomUUID().toString()).exitsWith(1).err()).contains("job");
    UUID without = jobs.mailSend().submit(new MailSend("ann"), LATER).jobId();
    assertThat(tenon("steps", without.toString()).succeeds().out()).isEqualTo("No steps.\n");
  }

  @Test
  void sendsASignal(@TempDir Path folder) throws Exception {
    UUID job = job();
    String id = job.toString();
    Path file = folder.resolve("payment.json");
    Files.writeString(file, "{\"amount\": 12}");

    assertThat(
            tenon("signal", id, "order.paid", "@" + file, "--id=e-1", "--by=ops", "--reason=cheque")
                .succeeds()
                .out())
        .isEqualTo(id + " sent\n");
    assertThat(tenon("signal", id, "order.paid", "{}", "--id=e-1", "--json").succeeds().out())
        .isEqualTo("{\"id\":\"" + id + "\",\"outcome\":\"already_sent\"}\n");
    assertThat(tenon("signal", id, "order.paid", "--key=k").succeeds().out())
        .isEqualTo(id + " sent\n");

    assertThat(installation.jobs().steps().signalsOfJob(job))
        .extracting(JobSignal::name, JobSignal::key)
        .hasSize(2);
    assertThat(audited(job)).contains("ops: send signal, cheque");
    assertThat(tenon("steps", id).succeeds().out())
        .contains("SIGNAL", "order.paid/k", "ops")
        .doesNotContain("12}");

    assertThat(tenon("signal", id, "order.paid", "{").exitsWith(2).err()).contains("JSON");
    assertThat(tenon("signal", id, "order.paid", "@" + folder.resolve("none")).exitsWith(2).err())
        .contains("cannot be read: NoSuchFileException");
    assertThat(tenon("signal", id, "order.late").exitsWith(1).err()).contains("order.late");
    assertThat(tenon("signal", id).exitsWith(2).err()).contains("NAME");
    assertThat(tenon("signal", UUID.randomUUID().toString(), "order.paid").exitsWith(1).err())
        .startsWith("tenon: ");
  }

  @Test
  void listsAndResolvesStepsInDoubt() throws Exception {
    UUID job = job();
    String id = job.toString();
    assertThat(tenon("in-doubt").succeeds().columns().stream().filter(row -> row.contains(id)))
        .extracting(row -> row.get(2))
        .containsExactly("send", "send/line/2");
    assertThat(tenon("in-doubt", "--json").succeeds().out())
        .startsWith("{\"steps\":[{\"jobId\":")
        .contains("\"type\":\"mail.send\"", "\"next\":");

    assertThat(tenon("resolve", id, "send", "--reason=x").exitsWith(2).err()).contains("--done");
    assertThat(tenon("resolve", id, "send", "--done").exitsWith(2).err()).contains("--reason");
    assertThat(
            tenon("resolve", id, "send", "--done", "--not-done", "--reason=x").exitsWith(2).err())
        .contains("mutually exclusive");
    assertThat(tenon("resolve", id, "send", "--done={", "--reason=x").exitsWith(2).err())
        .contains("JSON");
    assertThat(
            tenon("resolve", id, "send", "--done={\"id\":7}", "--reason=found", "--by=ops")
                .succeeds()
                .out())
        .isEqualTo(id + " send done\n");
    assertThat(
            tenon(
                    "resolve",
                    id,
                    "send",
                    "--key=line/2",
                    "--not-done",
                    "--reason=missing",
                    "--by=ops",
                    "--json")
                .succeeds()
                .out())
        .isEqualTo(
            "{\"id\":\"%s\",\"step\":\"send\",\"key\":\"line/2\",\"outcome\":\"not_done\"}\n"
                .formatted(id));

    assertThat(step(job, "send", "").state()).isEqualTo(State.DONE);
    assertThat(step(job, "send", "line/2").state()).isEqualTo(State.NOT_DONE);
    assertThat(audited(job))
        .contains("ops: mark step done, found", "ops: mark step not done, missing");
    assertThat(tenon("resolve", id, "send", "--done", "--reason=x").exitsWith(1).err())
        .contains("send");
  }

  @Test
  void retriesFromAStep() throws Exception {
    UUID job = job();
    String id = job.toString();
    assertThat(tenon("retry", id, "--from=send").exitsWith(1).err()).startsWith("tenon: ");
    assertThat(tenon("retry", "--type=mail.send", "--from=send", "--yes").exitsWith(2).err())
        .contains("--from works only with ids");
    var unused = installation.jobs().cancel(job, Actor.of("ops"));

    assertThat(tenon("retry", id, "--from=nothing").exitsWith(1).err()).contains("nothing");
    assertThat(tenon("retry", id, "--from=send/line/2").succeeds().out())
        .isEqualTo(id + " retried\n");

    assertThat(installation.jobs().get(job).status()).isEqualTo(JobStatus.PENDING);
    assertThat(installation.jobs().steps().ofJob(job))
        .extracting(JobStep::name, JobStep::key)
        .hasSize(2);
  }
}
