package dev.tenon.examples.plm.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.tenon.examples.plm.CacheCleanup;
import dev.tenon.examples.plm.DesignApproved;
import dev.tenon.examples.plm.DesignClone;
import dev.tenon.examples.plm.DesignCloned;
import dev.tenon.examples.plm.DesignRejected;
import dev.tenon.examples.plm.DesignRelease;
import dev.tenon.examples.plm.DesignReleased;
import dev.tenon.examples.plm.ItemState;
import dev.tenon.examples.plm.OwnersAlerted;
import dev.tenon.examples.plm.PartChanged;
import dev.tenon.examples.plm.PartImport;
import dev.tenon.examples.plm.PartsImported;
import dev.tenon.examples.plm.PlmJobs;
import dev.tenon.examples.plm.WorkflowTransition;
import dev.tenon.examples.plm.database.PlmSchema;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.durable.SignalRefusedException;
import dev.tenon.jobs.testing.TenonExtension;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The handlers with their services, made by {@code new}: no container is there. */
class HandlersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final UUID DESIGN = UUID.randomUUID();
  private static final UUID CLONE = UUID.randomUUID();
  private static final UUID PART = UUID.randomUUID();

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private final GreenMail mail =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  @TempDir private Path files;
  private PlmJobs jobs;

  @BeforeEach
  void startWorker() throws SQLException {
    mail.start();
    DataSource database = tenon.dataSource();
    PlmSchema.migrate(database);
    jobs = new PlmJobs(tenon.jobs());
    Mailer mailer =
        new Mailer(new MailSettings("127.0.0.1", mail.getSmtp().getPort(), "plm@plm.example"));
    ZooSettings nowhere = new ZooSettings(URI.create("http://127.0.0.1:1"), Duration.ofMillis(10));
    tenon.startWorker(
        new PlmWorkHandlers(
            new ZooGenerateHandler(new ZooClient(nowhere), new FileStore(new FileSettings(files))),
            new DesignCloneHandler(new Designs(database)),
            new DesignReleaseHandler(new Designs(database), mailer),
            new CacheCleanupHandler(new Cache(database)),
            new WorkflowTransitionHandler(mailer),
            new PartImportHandler(
                new FileStore(new FileSettings(files)), new Parts(database)),
            new WidgetBatchHandler(),
            new PartChangedHandler(new WorkInstructions(database), mailer)));
  }

  @AfterEach
  void stopMail() {
    mail.stop();
  }

  @Test
  void aCloneContinuesWhereAnAttemptStopped() throws SQLException {
    execute(
        "INSERT INTO plm.designs (id, name, owner, complete) VALUES ('%s', 'a', 'ada', true)"
            .formatted(DESIGN),
        "INSERT INTO plm.designs (id, name, owner, complete) VALUES ('%s', 'b', 'ada', false)"
            .formatted(CLONE),
        """
        INSERT INTO plm.items (design_id, number, name, mass_grams)
        SELECT '%s', lpad(n::text, 3, '0'), 'item', n FROM generate_series(1, 100) n
        """
            .formatted(DESIGN),
        // What an attempt has left that stopped
        """
        INSERT INTO plm.items (design_id, number, name, mass_grams)
        SELECT '%s', number, name, mass_grams FROM plm.items WHERE number <= '040'
        """
            .formatted(CLONE));

    UUID id =
        jobs.designClone()
            .submit(new DesignClone(DESIGN, CLONE, 7), SubmitOptions.by("ada"))
            .jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.designClone().find(id).orElseThrow().result())
        .contains(new DesignCloned(100, 60, List.of()));
    assertThat(number("SELECT count(*) FROM plm.designs WHERE complete")).isEqualTo(2);
  }

  @Test
  void aMissingDesignFailsImmediately() {
    UUID id =
        jobs.designClone()
            .submit(new DesignClone(DESIGN, CLONE, 7), SubmitOptions.by("ada"))
            .jobId();

    Job job = tenon.awaitEnd(id, PATIENCE);

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.attempts()).isEqualTo(1);
  }

  @Test
  void ownersAreNotifiedOnceEach() throws Exception {
    execute(
        "INSERT INTO plm.parts VALUES ('%s', 'P-1', 'A', 'ada')".formatted(PART),
        "INSERT INTO plm.work_instructions VALUES (gen_random_uuid(), 'WI-1', 't', 'ben@plm.example')",
        "INSERT INTO plm.work_instructions VALUES (gen_random_uuid(), 'WI-2', 't', 'ben@plm.example')",
        "INSERT INTO plm.work_instruction_parts SELECT id, '%s' FROM plm.work_instructions"
            .formatted(PART));

    UUID id =
        jobs.partChanged().submit(new PartChanged(PART, "B"), SubmitOptions.by("ada")).jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.partChanged().find(id).orElseThrow().result())
        .contains(new OwnersAlerted(1, 2));
    assertThat(mail.getReceivedMessages()).hasSize(1);
    assertThat(mail.getReceivedMessages()[0].getContent().toString())
        .contains("It is used in: WI-1, WI-2.");
    assertThat(number("SELECT count(*) FROM plm.alerts")).isEqualTo(1);
  }

  @Test
  void onlyExpiredEntriesAreRemoved() throws SQLException {
    execute(
        """
        INSERT INTO plm.cache_entries
        SELECT n::text, 'x', now() + CASE WHEN n <= 2500 THEN -1 ELSE 1 END * interval '1 hour'
        FROM generate_series(1, 2600) n
        """);

    UUID id = jobs.cacheCleanup().submit(new CacheCleanup(), SubmitOptions.by("ada")).jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.cacheCleanup().find(id).orElseThrow().result().orElseThrow().removed())
        .isEqualTo(2_500);
    assertThat(number("SELECT count(*) FROM plm.cache_entries")).isEqualTo(100);
  }

  @Test
  void aMailHasTheIdOfItsJob() throws Exception {
    UUID id =
        jobs.workflowTransition()
            .submit(
                new WorkflowTransition(
                    "P-1", ItemState.DRAFT, ItemState.RELEASED, "Ada", List.of("ben@plm.example")),
                SubmitOptions.by("ada"))
            .jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(mail.getReceivedMessages())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.getMessageID()).isEqualTo("<" + id + "@plm.example>");
              assertThat(message.getSubject()).isEqualTo("P-1 is RELEASED");
              assertThat(message.getContent().toString())
                  .startsWith("Ada changed P-1 from DRAFT to RELEASED.");
            });
  }

  @Test
  void anItemIsReleasedByALinkInAMail() throws Exception {
    UUID id = submitRelease();
    String mailText = awaitMail();

    jobs.designApproved()
        .sendByToken(token(mailText, "approve"), new DesignApproved("ben"), SignalOptions.by("ben"));

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.designRelease().find(id).orElseThrow().result())
        .contains(new DesignReleased(ItemState.RELEASED, "ben"));
    assertThat(number("SELECT count(*) FROM plm.items WHERE state = 'RELEASED'")).isEqualTo(1);
    assertThat(number("SELECT count(*) FROM plm.decisions")).isEqualTo(1);
    assertThat(mail.getReceivedMessages()[1].getSubject()).isEqualTo("P-1 is RELEASED");
    assertThat(tenon.jobs().steps().ofJob(id))
        .filteredOn(step -> step.kind() != JobStep.Kind.TOKEN)
        .extracting(JobStep::name)
        .containsExactly("askApprover", "decision", "changeState", "tellRequester");
  }

  @Test
  void anItemIsSentBack() throws Exception {
    UUID id = submitRelease();
    String token = token(awaitMail(), "reject");

    jobs.designRejected().sendByToken(token, new DesignRejected("ben"), SignalOptions.by("ben"));

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.designRelease().find(id).orElseThrow().result())
        .contains(new DesignReleased(ItemState.DRAFT, "ben"));
    assertThatThrownBy(
            () ->
                jobs.designRejected()
                    .sendByToken(token, new DesignRejected("ben"), SignalOptions.by("ben")))
        .isInstanceOf(SignalRefusedException.class);
  }

  private UUID submitRelease() throws SQLException {
    execute(
        "INSERT INTO plm.designs (id, name, owner, complete) VALUES ('%s', 'a', 'ada', true)"
            .formatted(DESIGN),
        "INSERT INTO plm.items (design_id, number, name, mass_grams) VALUES ('%s', 'P-1', 'i', 1)"
            .formatted(DESIGN));
    return jobs.designRelease()
        .submit(
            new DesignRelease(
                DESIGN,
                "P-1",
                "ben@plm.example",
                "ada@plm.example",
                URI.create("http://127.0.0.1:1")),
            SubmitOptions.by("ada"))
        .jobId();
  }

  private String awaitMail() throws Exception {
    assertThat(mail.waitForIncomingEmail(PATIENCE.toMillis(), 1)).isTrue();
    return mail.getReceivedMessages()[0].getContent().toString();
  }

  private static String token(String mailText, String page) {
    Matcher token = Pattern.compile("/" + page + "\\?token=([\\w-]+)").matcher(mailText);
    assertThat(token.find()).as("a link in %s", mailText).isTrue();
    return token.group(1);
  }

  @Test
  void partsAreImported() throws Exception {
    Files.write(files.resolve("parts.csv"), List.of("P-1;A", "P-2;B", "P-3;A"));

    UUID id =
        jobs.partImport()
            .submit(new PartImport("parts.csv", 2), SubmitOptions.by("ada"))
            .jobId();

    assertThat(tenon.awaitEnd(id, PATIENCE).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.partImport().find(id).orElseThrow().result())
        .contains(new PartsImported(3, 0));
    assertThat(number("SELECT count(*) FROM plm.parts")).isEqualTo(3);
    assertThat(tenon.jobs().steps().cursorOfJob(id)).contains("{\"line\":3}");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String... commands) throws SQLException {
    try (Connection connection = tenon.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : commands) {
        statement.execute(sql);
      }
    }
  }
}
