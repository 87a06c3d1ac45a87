package dev.tenon.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.operate.AuditQuery;
import dev.tenon.jobs.operate.JobAudit;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The commands for jobs that run in order, on a real database. */
class LineCommandsTest {

  private static final SubmitOptions NOW = SubmitOptions.by("bank");
  private static final String TYPE = "account.event";

  private static Installation installation;
  private static MailJobs jobs;

  @BeforeAll
  static void start() {
    installation = new Installation();
    jobs = new MailJobs(installation.jobs());
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  private static Command tenon(String... arguments) {
    return Command.run(installation.environment(), arguments);
  }

  private static UUID submit(String account, int number, SubmitOptions options) {
    return jobs.accountEvent().submit(new AccountEvent(account, number), options).jobId();
  }

  private static void awaitNext(UUID job) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> installation.jobs().lines().place(job).orElseThrow().isNext());
  }

  @Test
  void aBlockedKeyIsListedAndOthersPass() {
    assertThat(tenon("lines", TYPE).succeeds().out()).endsWith("No blocked keys.\n");
    UUID first = submit("a\u001b[2J", 1, NOW.withDelay(Duration.ofDays(1)));
    UUID second = submit("a\u001b[2J", 2, NOW);
    awaitNext(first);

    assertThat(tenon("lines", TYPE).succeeds().columns().get(1))
        .startsWith("a\\u001b[2J", first.toString())
        .endsWith("1");
    assertThat(tenon("lines", TYPE, "--json").succeeds().out())
        .startsWith("[{\"type\":\"account.event\",\"key\":\"a\\u001b[2J\",\"jobId\":\"" + first)
        .contains("\"status\":\"pending\",\"dueAt\":\"")
        .endsWith("\"lastError\":null,\"waiting\":1}]\n");
    assertThat(tenon("show", second.toString()).succeeds().out())
        .contains("Waits      It waits in the line of the jobs with the key", "for job " + first);

    assertThat(tenon("let-pass", first.toString()).exitsWith(2).err()).contains("--reason");
    assertThat(
            tenon("let-pass", first.toString(), "--reason=the bank is closed", "--by=ops")
                .succeeds()
                .out())
        .isEqualTo("Later jobs of its line may pass job " + first + " while it waits.\n");
    assertThat(tenon("let-pass", first.toString(), "--reason=again", "--json").succeeds().out())
        .contains("\"changed\":false");
    assertThat(
            installation
                .runtime
                .monitor()
                .audit()
                .list(AuditQuery.all().withTarget(first.toString()))
                .items())
        .extracting(JobAudit.Entry::by, JobAudit.Entry::action)
        .containsExactly(org.assertj.core.api.Assertions.tuple("ops", "let jobs pass"));
    awaitNext(second);
    assertThat(tenon("lines", TYPE).succeeds().out()).endsWith("No blocked keys.\n");
    assertThat(tenon("show", second.toString()).succeeds().out()).doesNotContain("in the line");
  }

  @Test
  void aJobWithoutALineIsRefused() {
    UUID mail =
        jobs.mailSend().submit(new MailSend("ann"), NOW.withDelay(Duration.ofDays(1))).jobId();
    assertThat(tenon("let-pass", mail.toString(), "--reason=why").exitsWith(1).err())
        .contains("no other jobs wait for it in a line");
    assertThat(tenon("let-pass", UUID.randomUUID().toString(), "--reason=why").exitsWith(1).err())
        .contains("job");
  }
}
