package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.OperationQuery;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each command, on a real database beside a real runtime. */
class TenonTest {

  private static final SubmitOptions LATER = SubmitOptions.defaults().withDelay(Duration.ofDays(1));

  private Installation installation;
  private MailJobs jobs;

  @BeforeEach
  void start() {
    installation = new Installation();
    jobs = new MailJobs(installation.jobs());
  }

  @AfterEach
  void stop() {
    installation.close();
  }

  private Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  @Test
  void listsJobs() {
    UUID one = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    UUID two =
        jobs.mailSend()
            .submit(
                new MailSend("bob"),
                LATER
                    .withItemId("order-7")
                    .withSubmittedBy("user-2")
                    .withHeader(Header.ofString("tenant"), "acme")
                    .withHeader(Header.ofLong("number"), 7L))
            .jobId();

    List<List<String>> rows = tenon("list").succeeds().columns();
    assertThat(rows.get(0)).startsWith("ID", "TYPE", "STATUS");
    assertThat(rows.get(1)).startsWith(two.toString(), "mail.send", "pending", "0/3");
    assertThat(rows.get(2)).startsWith(one.toString());

    assertThat(tenon("list", "--item=order-7", "--json").succeeds().out())
        .startsWith(
            "{\"jobs\":[{\"id\":\""
                + two
                + "\",\"type\":\"mail.send\",\"version\":1,\"status\":\"pending\"")
        .endsWith("\"next\":null}\n");
    assertThat(tenon("list", "--status=FAILED").succeeds().out()).isEqualTo("No jobs.\n");
    assertThat(tenon("list", "--since=1h", "--until=2999-01-01T00:00:00Z", "--count").out())
        .isEqualTo("2\n");
    assertThat(tenon("list", "--submitted-by=user-1", "--count", "--json").out())
        .isEqualTo("{\"count\":1}\n");
    assertThat(tenon("list", "--header=tenant=acme", "--header=number=7", "--count").out())
        .isEqualTo("1\n");
    assertThat(tenon("list", "--header=tenant=acme", "--header=number=8", "--count").out())
        .isEqualTo("0\n");
    assertThat(tenon("list", "--header=tenant=acme", "--json").out())
        .contains("\"headers\":{\"number\":\"7\",\"tenant\":\"acme\"}");
    assertThat(tenon("show", two.toString()).out()).contains("Headers    number=7, tenant=acme\n");
    assertThat(tenon("list", "--limit=1").out()).endsWith("More: --cursor=job-" + two + "\n");
    assertThat(tenon("list", "--limit=1", "--cursor=job-" + two).out()).contains(one.toString());
  }

  @Test
  void saysWhatIsWrongWithArguments() {
    assertThat(tenon("list", "--status=done").exitsWith(2).err())
        .isEqualTo(
            "tenon: --status is 'done'; it must be one of pending, queued, running, completed,"
                + " failed, cancelled.\n");
    assertThat(tenon("list", "--since=yesterday").exitsWith(2).err()).contains("such as 90s");
    assertThat(tenon("list", "--header=Tenant=acme").exitsWith(2).err())
        .startsWith("tenon: --header: The name of a header is 'Tenant'; it must");
    assertThat(tenon("list", "--header=tenant").exitsWith(2).err()).contains("--header");
    assertThat(tenon("list", "--limit=0").exitsWith(2).err()).contains("from 1 to 1000");
    assertThat(tenon("show", "7").exitsWith(2).err()).contains("'7'");
    assertThat(tenon("lst").exitsWith(2).err()).contains("lst");
    assertThat(tenon("cancel").exitsWith(2).err()).contains("No jobs selected");
    assertThat(tenon("cancel", UUID.randomUUID().toString(), "--type=mail.send").exitsWith(2).err())
        .contains("Give only one of them");
    for (String option : List.of("--reason=wrong", "--yes", "--expect=1")) {
      assertThat(tenon("retry", UUID.randomUUID().toString(), option).exitsWith(2).err())
          .contains("--reason, --yes and --expect work only with a filter")
          .contains("leave these options out");
    }
    assertThat(tenon("list", "--schema=Te;non").exitsWith(2).err())
        .contains("The schema is 'Te;non'");
  }

  @Test
  void showsAJob() {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    assertThat(tenon("show", id.toString()).succeeds().out())
        .contains("Status     pending\n", "Waits      It is due at", "Submitted ", "by user-1")
        .doesNotContain("ann");
    assertThat(tenon("show", id.toString(), "--payload").out())
        .contains("Payload    {\"to\":\"ann\",\"token\":null}");
    UUID hurried =
        jobs.mailSend()
            .submit(
                new MailSend("ann"),
                LATER.withSubmittedBy("user-1").withStartWithin(Duration.ofHours(1)))
            .jobId();
    Instant latest = installation.jobs().get(hurried).startBefore().orElseThrow();
    assertThat(tenon("show", hurried.toString()).succeeds().out())
        .contains("Must start before " + Text.time(latest) + "\n");
    assertThat(tenon("show", hurried.toString(), "--json").succeeds().out())
        .contains("\"startBefore\":\"");
    UUID late =
        jobs.mailSend()
            .submit(new MailSend("ann"), SubmitOptions.by("user-1").withStartBefore(Instant.EPOCH))
            .jobId();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> installation.jobs().get(late).status() == JobStatus.CANCELLED);
    assertThat(tenon("show", late.toString()).succeeds().out())
        .contains(
            "Status     cancelled\n",
            "Error      No worker had started the job by 1970-01-01T00:00:00.000Z, and it must not"
                + " start later.\n");
    assertThat(tenon("show", late.toString(), "--json").succeeds().out())
        .contains("\"reason\":\"expired\"");
    UUID secret =
        jobs.mailSend()
            .submit(new MailSend("ann", "s3cr3t"), LATER.withSubmittedBy("user-1"))
            .jobId();
    assertThat(tenon("show", secret.toString(), "--payload").succeeds().out())
        .contains("Payload    {\"to\":\"ann\",\"token\":\"••••\"}")
        .doesNotContain("s3cr3t");
    assertThat(tenon("show", secret.toString(), "--payload", "--json").succeeds().out())
        .contains("\"payload\":{\"to\":\"ann\",\"token\":\"\\u2022\\u2022\\u2022\\u2022\"}")
        .doesNotContain("s3cr3t");

    UUID failed =
        jobs.mailSend().submit(new MailSend("nobody"), SubmitOptions.by("user-1")).jobId();
    assertThat(installation.ended(failed).status()).isEqualTo(JobStatus.FAILED);
    String text = tenon("show", failed.toString(), "--stack").succeeds().out();
    assertThat(text)
        .contains("Status     failed\n")
        .contains("PermanentJobException: There is\\u001b[31m nobody")
        .contains("at dev.tenon.jobs.cli.MailSend$Handler.execute")
        .doesNotContain("\u001b");
    assertThat(tenon("show", failed.toString(), "--json").succeeds().out())
        .contains(
            "\"status\":\"failed\"", "\"attemptsMade\":[{\"attempt\":1,\"outcome\":\"failed\"")
        .contains("There is\\u001b[31m nobody")
        .doesNotContain("\"payload\"");

    assertThat(tenon("show", "00000000-0000-7000-8000-000000000000").exitsWith(1).err())
        .startsWith("tenon: ")
        .contains("00000000-0000-7000-8000-000000000000");
  }

  @Test
  void followsTheLog() {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    assertThat(tenon("tail", id.toString(), "--no-follow").succeeds().out()).isEmpty();

    UUID sent = jobs.mailSend().submit(new MailSend("bob"), SubmitOptions.by("user-1")).jobId();
    Job unused = installation.ended(sent);
    emit(sent);
    assertThat(tenon("tail", sent.toString()).succeeds().out().lines())
        .satisfiesExactly(
            first -> assertThat(first).endsWith("info  [1] Sending {\"to\":\"bob\"}"),
            second -> assertThat(second).endsWith("warn  [1] Slow\\u001b[2J"),
            third -> assertThat(third).endsWith("Z value [1] {\"page\": 7}"),
            fourth -> assertThat(fourth).isEqualTo("The job has ended: completed"));
    assertThat(tenon("tail", sent.toString(), "--json").succeeds().out().lines())
        .hasSize(3)
        .satisfies(
            lines ->
                assertThat(lines.get(0))
                    .endsWith(
                        "\"attempt\":1,\"level\":\"info\",\"message\":\"Sending\",\"data\":{\"to\":\"bob\"}}"))
        .last()
        .asString()
        .endsWith("\"data\":null,\"run\":1,\"emitted\":{\"page\": 7}}");

    UUID failed =
        jobs.mailSend().submit(new MailSend("nobody"), SubmitOptions.by("user-1")).jobId();
    // The worker runs: the command waits for the end
    assertThat(tenon("tail", failed.toString()).exitsWith(3).out()).contains("ended: failed");
  }

  /** As a handler emits a value. */
  private void emit(UUID id) {
    try (var connection = installation.database().connect();
        var insert =
            connection.prepareStatement(
                "INSERT INTO tenon.job_logs"
                    + " (job_id, attempt, level, message, data, logged_at, lease, number, version)"
                    + " VALUES (?, 1, 'info', '', '{\"page\": 7}', now(), 1, 1, 1)")) {
      insert.setObject(1, id);
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void printsEachLineOnceWhileTheJobRuns() {
    installation.work();
    UUID id = jobs.mailSend().submit(new MailSend("busy"), SubmitOptions.by("user-1")).jobId();
    // It looks several times before the job is due again
    assertThat(tenon("tail", id.toString(), "--json").succeeds().out().lines())
        .extracting(line -> line.substring(line.indexOf("\"message\"")))
        .containsExactly(
            "\"message\":\"Sending\",\"data\":{\"to\":\"busy\"}}",
            "\"message\":\"Slow\\u001b[2J\",\"data\":null}",
            "\"message\":\"Sending\",\"data\":{\"to\":\"busy\"}}",
            "\"message\":\"Slow\\u001b[2J\",\"data\":null}");
  }

  @Test
  void changesTheOtherJobsIfOneCannotBeChanged() {
    UUID one = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    UUID two = jobs.mailSend().submit(new MailSend("bob"), LATER.withSubmittedBy("user-1")).jobId();
    String missing = "00000000-0000-7000-8000-000000000000";

    Command command = tenon("cancel", one.toString(), missing, two.toString()).exitsWith(1);
    assertThat(command.out()).isEqualTo(one + " cancelled\n" + two + " cancelled\n");
    assertThat(command.err()).startsWith("tenon: ").contains(missing).hasLineCount(1);

    Command again = tenon("retry", one.toString(), missing, two.toString(), "--json").exitsWith(1);
    assertThat(again.out())
        .startsWith("[{\"id\":\"" + one + "\",\"outcome\":\"retried\"},{\"id\":\"" + missing)
        .contains("\"outcome\":\"refused\",\"error\":\"")
        .endsWith("{\"id\":\"" + two + "\",\"outcome\":\"retried\"}]\n");
    assertThat(again.err()).contains(missing);
  }

  @Test
  void cancelsAndRetries() {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    assertThat(tenon("cancel", id.toString()).succeeds().out()).isEqualTo(id + " cancelled\n");
    // Nothing was changed, and a script has to know
    assertThat(tenon("cancel", id.toString(), "--json").exitsWith(1).out())
        .isEqualTo("[{\"id\":\"" + id + "\",\"outcome\":\"already_ended\"}]\n");
    assertThat(tenon("retry", id.toString()).succeeds().out()).isEqualTo(id + " retried\n");
    assertThat(tenon("retry", id.toString()).exitsWith(1).err())
        .contains("only a failed or a cancelled job can be retried");
  }

  @Test
  void outputThatCannotBeWrittenIsAFailure() {
    assertThat(Command.withoutRoom(installation.environment(), "list").exitsWith(1).err())
        .isEqualTo("tenon: The output could not be written in full.\n");
    assertThat(Command.withoutRoom(Map.of(), "list", "--wrong").exitsWith(2).err())
        .doesNotContain("in full");
  }

  @Test
  void givesWaitingJobsAnotherTime() {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    assertThat(tenon("reschedule", id.toString(), "--at=2100-01-01T00:00:00Z").succeeds().out())
        .isEqualTo(id + " due at 2100-01-01T00:00:00Z\n");
    assertThat(jobs.mailSend().find(id).orElseThrow().job().runAt())
        .isEqualTo("2100-01-01T00:00:00Z");
    assertThat(tenon("reschedule", id.toString(), "--at=soon").exitsWith(2).err())
        .contains("--at is 'soon'; it must be a time such as 2026-03-01T12:00:00Z, or now.");
    assertThat(tenon("cancel", id.toString()).succeeds().out()).isEqualTo(id + " cancelled\n");
    assertThat(tenon("reschedule", id.toString(), "--at=now").exitsWith(1).err())
        .contains("only a waiting job can be rescheduled");
  }

  @Test
  void changesManyJobsWithARecord() {
    for (int i = 0; i < 3; i++) {
      UUID unused =
          jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    }
    assertThat(tenon("cancel", "--type=mail.send").exitsWith(2).err()).contains("--reason");
    assertThat(tenon("cancel", "--type=mail.send", "--reason=wrong").exitsWith(2).err())
        .contains("Cannot ask whether to cancel 3 job(s): jobs of type 'mail.send'")
        .contains("Add --yes, or --expect=3.");
    Command refused =
        Command.answering(
            "n\n",
            installation.environment(),
            "cancel",
            "--type=mail.send",
            "--reason=wrong",
            "--json");
    assertThat(refused.exitsWith(1).out()).as("JSON or nothing").isEmpty();
    assertThat(refused.err())
        .isEqualTo(
            "cancel 3 job(s): jobs of type 'mail.send'? [y/N] tenon: Nothing was changed.\n");
    assertThat(
            tenon("cancel", "--type=mail.send", "--reason=wrong", "--expect=1").exitsWith(1).err())
        .contains("3");
    assertThat(installation.jobs().count(JobQuery.all().withStatus(JobStatus.CANCELLED))).isZero();

    assertThat(
            tenon("cancel", "--type=mail.send", "--reason=wrong prices", "--by=ops", "--yes")
                .succeeds()
                .out())
        .startsWith("jobs of type 'mail.send': 3 of 3 jobs changed, 0 skipped. Operation ");
    assertThat(installation.jobs().bulk().list(OperationQuery.all().withLimit(1)))
        .singleElement()
        .satisfies(
            operation -> {
              assertThat(operation.by()).isEqualTo("ops");
              assertThat(operation.reason()).isEqualTo("wrong prices");
            });
    Command answered =
        Command.answering(
            "yes\n",
            installation.environment(),
            "retry",
            "--status=cancelled",
            "--reason=right",
            "--type=mail.send");
    assertThat(answered.exitsWith(0).out()).contains("3 of 3 jobs changed");
    assertThat(
            tenon("retry", "--status=cancelled", "--reason=right", "--expect=3", "--json")
                .succeeds()
                .out())
        .contains(
            "\"kind\":\"retry\"", "\"matched\":0,\"changed\":0,\"askedToStop\":0,\"skipped\":0");
  }

  @Test
  void pausesTypesAndSetsLimits() {
    assertThat(tenon("pause", "mail.send").exitsWith(2).err()).contains("--reason");
    assertThat(tenon("pause", "mail.send", "--reason=full", "--by=ops").succeeds().out())
        .contains("by ops: full");
    assertThat(tenon("pause", "mail.sent", "--reason=full").exitsWith(1).err())
        .contains("mail.sent");
    assertThat(tenon("limits", "--json").succeeds().out())
        .contains("\"type\":\"mail.send\"", "\"pause\":{\"by\":\"ops\",\"reason\":\"full\"");
    assertThat(tenon("resume", "mail.send").succeeds().out()).doesNotContain("full");

    assertThat(tenon("limits", "mail.send", "--max-concurrent=2").exitsWith(2).err())
        .contains("--reason");
    assertThat(
            tenon("limits", "mail.send", "--max-concurrent=2", "--priority=high", "--reason=slow")
                .succeeds()
                .columns()
                .get(1))
        .startsWith("mail.send", "high", "3", "2");
    assertThat(installation.jobs().types().get("mail.send").effective().limits().maxConcurrent())
        .isEqualTo(2);
    assertThat(
            tenon("limits", "mail.send", "--clear", "--weigh=a=3", "--reason=x").exitsWith(2).err())
        .contains("--weigh cannot be combined with --clear. Call the command twice.");
    assertThat(tenon("limits", "mail.send", "--max-concurrent=-1", "--reason=x").exitsWith(2).err())
        .contains("maxConcurrent is -1");
    assertThat(
            tenon("limits", "mail.send", "--rates=10/s, 1000/h", "--reason=slow", "--json")
                .succeeds()
                .out())
        .contains("\"rates\":[\"10/s\",\"1000/h\"]");
    assertThat(
            tenon("limits", "mail.send", "--rates=9/m", "--rates-per-key=5/s", "--reason=slow")
                .succeeds()
                .columns()
                .get(1))
        .contains("9/m, 5/s per key");
    assertThat(tenon("limits", "mail.send", "--rates=0", "--reason=x", "--json").succeeds().out())
        .contains("\"rates\":[]");
    assertThat(
            tenon("limits", "mail.send", "--weigh=a=b=3", "--reason=a large one", "--json")
                .succeeds()
                .out())
        .contains("\"keyWeights\":{\"a=b\":3}");
    assertThat(tenon("limits", "mail.send").succeeds().out()).contains("(a=b = 3)");
    assertThat(tenon("limits", "mail.send", "--weigh=acme", "--reason=x").exitsWith(2).err())
        .contains("'acme' is not a key and its weight. Write them like --weigh=acme=3.");
    assertThat(tenon("limits", "mail.send", "--weigh=acme=101", "--reason=x").exitsWith(2).err())
        .contains("The weight is 101; it must be from 1 to 100.");
    assertThat(tenon("limits", "mail.send", "--weigh=acme=2").exitsWith(2).err())
        .contains("--reason is missing");
    assertThat(tenon("limits", "mail.send", "--rates=9 a day", "--reason=x").exitsWith(2).err())
        .contains("'9 a day' is not a rate.");
    assertThat(tenon("limits", "mail.send", "--clear", "--json").succeeds().out())
        .contains("\"overrides\":null");
    assertThat(tenon("limits", "--clear").exitsWith(2).err()).contains("No job type given");
  }

  @Test
  void whatIsDoneByHandIsInTheAudit() {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    for (List<String> command :
        List.of(
            List.of("pause", "mail.send", "--reason=full"),
            List.of("resume", "mail.send"),
            List.of("limits", "mail.send", "--max-concurrent=2", "--reason=slow"),
            List.of("limits", "mail.send", "--clear"),
            List.of("schedules", "mail.send", "--pause=holidays"),
            List.of("schedules", "mail.send", "--resume"),
            List.of("cancel", id.toString()))) {
      String[] arguments =
          Stream.concat(command.stream(), Stream.of("--by=ops")).toArray(String[]::new);
      var unused = tenon(arguments).succeeds();
    }
    var unused = tenon("pause", "mail.sent", "--reason=full").exitsWith(1);

    List<JobAudit.Entry> entries =
        installation.runtime.monitor().audit().list(AuditQuery.all().withLimit(10)).items();
    assertThat(entries)
        .extracting(
            JobAudit.Entry::action, JobAudit.Entry::target, entry -> entry.reason().orElse(""))
        .containsExactly(
            tuple("cancel job", id.toString(), ""),
            tuple("resume schedule", "mail.send", ""),
            tuple("pause schedule", "mail.send", "holidays"),
            tuple("clear overrides", "mail.send", ""),
            tuple("override type", "mail.send", "slow"),
            tuple("resume type", "mail.send", ""),
            tuple("pause type", "mail.send", "full"));
    assertThat(entries.get(0).outcome()).isEqualTo("cancelled");
    assertThat(entries).allMatch(entry -> entry.by().equals("ops"));
  }

  @Test
  void aRoleThatMayOnlyReadLooksAndChangesNothing() throws Exception {
    UUID id = jobs.mailSend().submit(new MailSend("ann"), LATER.withSubmittedBy("user-1")).jobId();
    String role = "reader_" + UUID.randomUUID().toString().substring(0, 8);
    try (var connection = installation.database().connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
      statement.execute("GRANT USAGE ON SCHEMA tenon TO " + role);
      statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA tenon TO " + role);
    }
    Map<String, String> reader =
        Map.of(
            "TENON_DB_URL",
            installation.database().url(),
            "TENON_DB_USER",
            role,
            "TENON_DB_PASSWORD",
            "x");
    try {
      for (List<String> command :
          List.of(
              List.of("list"),
              List.of("list", "--status=pending", "--count"),
              List.of("show", id.toString(), "--payload"),
              List.of("tail", id.toString(), "--no-follow"),
              List.of("steps", id.toString()),
              List.of("in-doubt"),
              List.of("limits"),
              List.of("schedules"),
              List.of("workers"),
              List.of("health"))) {
        var unused = Command.run(reader, command.toArray(String[]::new)).succeeds();
      }
      assertThat(Command.run(reader, "cancel", id.toString()).exitsWith(1).err())
          .contains("PostgreSQL refuses the statement (SQL state 42501)");
      assertThat(installation.jobs().get(id).status()).isEqualTo(JobStatus.PENDING);
    } finally {
      try (var connection = installation.database().connect();
          var statement = connection.createStatement()) {
        statement.execute("DROP OWNED BY " + role);
        statement.execute("DROP ROLE " + role);
      }
    }
  }

  @Test
  void aWorkerRunsNoMoreThanItHasSlots() {
    assertThat(Text.load(3, 12)).isEqualTo("3 of 12");
    assertThat(Text.load(179, 12)).isEqualTo("12 of 12, 167 claimed ahead");
  }

  @Test
  void operatesSchedules() {
    assertThat(tenon("schedules").succeeds().columns().get(1))
        .startsWith("mail.send", "mail.send", "0 3 1 1 *", "UTC");
    assertThat(tenon("schedules", "mail.send", "--pause=holidays", "--by=ops").succeeds().out())
        .contains("paused by ops: holidays");
    assertThat(tenon("schedules", "--json").succeeds().out())
        .contains("\"pausedBy\":\"ops\",\"pauseReason\":\"holidays\"");
    assertThat(tenon("schedules", "mail.send", "--resume").succeeds().out())
        .doesNotContain("holidays");
    String id = tenon("schedules", "mail.send", "--run-now", "--by=ops").succeeds().out().strip();
    assertThat(installation.jobs().get(UUID.fromString(id)).submittedBy()).isEqualTo("ops");
    assertThat(tenon("schedules", "nothing").exitsWith(1).err()).contains("nothing");
    assertThat(tenon("schedules", "--resume").exitsWith(2).err()).contains("No schedule given");
    assertThat(tenon("schedules", "mail.send", "--resume", "--run-now").exitsWith(2).err())
        .contains("mutually exclusive");
  }

  @Test
  void showsAFixedDelay() {
    JobSchedule unused =
        jobs.mailSend()
            .schedule(
                "steady",
                new MailSend("ann"),
                Timing.fixedDelay(Duration.ofHours(25).plusMillis(1_500)),
                ScheduleOptions.defaults().withUntil(Instant.parse("2999-01-01T00:00:00Z")),
                Actor.of("ann"));
    assertThat(tenon("schedules", "steady", "--run-now").succeeds().out()).isNotBlank();
    assertThat(tenon("schedules", "steady").succeeds().columns().get(0))
        .startsWith("NAME", "TYPE", "WHEN", "ZONE", "UNTIL", "NEXT RUN");
    assertThat(tenon("schedules", "steady").succeeds().out())
        .contains("1 d 1 h 1 s 500 ms after the last run")
        .contains("2999-01-01")
        .contains("after the current run ends");
    assertThat(tenon("schedules", "steady", "--json").succeeds().out())
        .contains(
            "\"cron\":null,\"zone\":null,\"fixedDelay\":\"PT25H1.5S\",\"until\":\"2999-01-01T00:00:00Z\",\"hasEnded\":false,\"nextRunAt\":null");
    assertThat(tenon("schedules", "steady", "--pause=holidays").succeeds().out())
        .doesNotContain("has not ended");
    assertThat(tenon("schedules", "mail.send", "--json").succeeds().out())
        .contains("\"cron\":\"0 3 1 1 *\",\"zone\":\"UTC\",\"fixedDelay\":null");
    assertThat(installation.jobs().schedules().remove("steady", Actor.of("ann"))).isTrue();
  }

  @Test
  void showsWorkersAndHealth() {
    assertThat(tenon("workers").succeeds().out()).isEqualTo("No workers.\n");
    Job unused =
        installation.ended(
            jobs.mailSend().submit(new MailSend("ann"), SubmitOptions.by("user-1")).jobId());
    assertThat(tenon("workers", "--jobs").succeeds().columns().get(1))
        .contains("0 of 10", "mail.send");
    assertThat(tenon("workers", "--json").succeeds().out())
        .contains("\"types\":[\"mail.send\"],\"quietedAt\":null,\"running\":[]}");
    Command health = tenon("health");
    assertThat(health.succeeds().out()).contains("database", "responding", "maintenance: ");
    assertThat(tenon("health", "--json").succeeds().out()).startsWith("{\"healthy\":true,");
  }

  @Test
  void quietsAndResumesAWorker() {
    installation.work();
    String id = installation.runtime.monitor().workers(WorkerQuery.all()).get(0).id();
    assertThat(tenon("workers", "quiet", id, "--reason=a new disk", "--by=ann").succeeds().out())
        .contains(id, "claims no more jobs");
    assertThat(tenon("workers").succeeds().out()).contains(", quieted");
    assertThat(tenon("workers", "--json").succeeds().out()).contains("\"quietedAt\":\"20");
    assertThat(tenon("workers", "resume", id).succeeds().out()).contains("claims jobs again");
    assertThat(tenon("workers").succeeds().out()).doesNotContain("quieted");
    assertThat(tenon("workers", "quiet", "nobody", "--reason=x").exitsWith(1).err())
        .contains("There is no worker 'nobody'");
    assertThat(tenon("workers", "quiet", id).exitsWith(2).err()).contains("--reason");
    assertThat(
            installation
                .runtime
                .monitor()
                .audit()
                .list(AuditQuery.all().withTarget(id))
                .items()
                .stream()
                .map(
                    entry -> entry.by() + ": " + entry.action() + ", " + entry.reason().orElse("")))
        .contains("ann: quiet worker, a new disk");
  }

  @Test
  void healthIsRedWithoutMaintenance() {
    // A schema that no process looks after
    try (PostgresDatabase empty = PostgresDatabase.shared()) {
      Map<String, String> environment = Installation.environment(empty);
      var unused = Command.run(environment, "migrate", "--apply").succeeds();
      assertThat(Command.run(environment, "health").exitsWith(3).out())
          .contains("FAIL", "no process does maintenance");
    }
  }
}
