package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepExecutor;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.SignalOptions;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.SizeLimits;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a job keeps for its next attempts, encrypted in the database. */
class EncryptedStepsTest {

  private static final Actor ANN = Actor.of("ann", "asked the bank");

  private static final ValueDefinition<Receipt> SECRET =
      ValueDefinition.<Receipt>builder(Receipt.class, TestCodecs.of(Receipt.class))
          .sensitive("/text")
          .build();
  private static final StepDefinition<Receipt> CHARGE =
      StepDefinition.of("charge", SECRET).notRepeatable();
  private static final WaitDefinition<Receipt> PAYMENT =
      WaitDefinition.ofSignals("payment", SignalDefinition.of("order.paid", 1, SECRET));
  private static final StepsDefinition STEPS =
      StepsDefinition.builder("test.order.place").step(CHARGE).wait(PAYMENT).cursor(SECRET).build();

  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = Fixture.withoutRabbit();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private JobsRuntime start() {
    return fixture.start(
        fixture
            .builder()
            .sizeLimits(SizeLimits.defaults().withSteps(20_000))
            .encryptionKeys(EncryptionKeys.of("k", new SecretKeySpec(new byte[16], "AES"))));
  }

  /** The rows of a table as text. */
  private List<String> rows(String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT t::text FROM tenon." + table + " t")) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void assertEncrypted(String table, String secret) throws SQLException {
    assertThat(rows(table))
        .noneMatch(row -> row.contains(secret))
        .anyMatch(row -> row.contains("tenon-encrypted:1:"));
  }

  @Test
  void whatPeopleGiveIsEncryptedLikeWhatTheHandlerKeeps() throws SQLException {
    JobsRuntime runtime = start();
    JobService jobs = runtime.jobs();
    runtime.startWorker(
        TestJobs.handlers()
            .with(
                TestJobs.ORDER,
                STEPS,
                (order, context) -> {
                  StepExecutor steps = context.steps(STEPS);
                  steps.saveCursor(SECRET, new Receipt("secret-cursor"));
                  Receipt charged =
                      steps.<Receipt, Exception>runOnce(
                          CHARGE,
                          "",
                          step -> {
                            throw new IOException("no answer");
                          },
                          step -> Resolution.askPerson("Was it charged?"));
                  Receipt paid = steps.await(PAYMENT, "", null).orElseThrow();
                  return new Receipt(charged.text() + ", " + paid.text());
                }));
    UUID id =
        jobs.submit(TestJobs.ORDER, new Order("bolts", 1), SubmitOptions.by("tester")).jobId();
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs.whyWaiting(id).orElse(null) instanceof WaitReason.StepInDoubt);
    assertEncrypted("job_cursors", "secret-cursor");

    // It is not among the first 10,000 records of its job
    execute(
        "INSERT INTO tenon.job_steps (job_id, name, step_key, kind, state, version, lease, number, started_at, ended_at)"
            + " SELECT job_id, 'earlier', i::text, 'step', 'done', version, lease, number - i, started_at, started_at"
            + " FROM tenon.job_steps, generate_series(1, 10000) i WHERE name = 'charge'");
    jobs.steps().markDone(id, "charge", "", "{\"text\":\"secret-step\"}", ANN);
    assertEncrypted("job_steps", "secret-step");

    // This process has no module that declares the signal
    jobs.steps()
        .send(id, "order.paid", "{\"text\":\"secret-signal\"}", SignalOptions.defaults(), ANN);
    assertEncrypted("job_signals", "secret-signal");

    Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
    assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
        .contains(new Receipt("secret-step, secret-signal"));
  }
}
