package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.values.StoredText;
import dev.tenon.jobs.options.SizeLimits;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a worker in another language says is bounded: refused, or cut with a mark. */
@Tag("servers")
class ExternalLimitsTest {

  private static final String INVALID_PARAMETER = "22023";
  private static final String LIMIT_EXCEEDED = "54000";

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class).external(true).build();

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "python-1\nERROR forged", "python-1\n", "-1", "ä", "a\"b"})
  void aWorkerIdIsOneShortWord(String id) throws Exception {
    fixture.start();
    try (ExternalWorker worker = ExternalWorker.start(fixture.database(), id, PRINT.type())) {
      refused(INVALID_PARAMETER, "The worker id is not valid.", worker::heartbeat);
      refused(INVALID_PARAMETER, "The worker id is not valid.", () -> worker.claim(PRINT.type()));
    }
  }

  @Test
  void aWorkerIdIsShort() throws Exception {
    fixture.start();
    try (ExternalWorker worker =
            ExternalWorker.start(fixture.database(), "a".repeat(128), PRINT.type());
        ExternalWorker longer = worker.another(fixture.database(), "a".repeat(129))) {
      assertThat(worker.heartbeat()).isEmpty();
      refused(INVALID_PARAMETER, "The worker id is not valid.", longer::heartbeat);
      refused(
          INVALID_PARAMETER,
          "The worker id is not valid.",
          () -> worker.query("SELECT * FROM tenon.heartbeat(NULL)"));
    }
  }

  @Test
  void aHostIsShortAndHasNoControlCharacters() throws Exception {
    fixture.start();
    try (ExternalWorker worker = worker()) {
      refused(
          INVALID_PARAMETER,
          "host must have at most 255 characters",
          () -> worker.heartbeat("h".repeat(256)));
      refused(INVALID_PARAMETER, "control character", () -> worker.heartbeat("host\nERROR forged"));
      assertThat(worker.heartbeat("h".repeat(255))).isEmpty();
    }
  }

  @Test
  void longTextsAreCut() throws Exception {
    JobService jobs = fixture.start().jobs();
    String huge = "x".repeat(2_000_000);
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      assertThat(worker.progress(id, 1, 50, huge)).isTrue();
      assertThat(jobs.get(id).progressMessage())
          .contains("x".repeat(1000) + "… (cut, 2,000,000 bytes)");

      assertThat(worker.log(id, 1, "info", huge, null)).isTrue();
      assertThat(jobs.logs(id))
          .extracting(JobLogEntry::message)
          .containsExactly("x".repeat(10_000) + "… (cut, 2,000,000 bytes)");

      assertThat(worker.fail(id, 1, huge, huge, true, null)).isEqualTo("failed");
      Job job = jobs.get(id);
      assertThat(job.error().orElseThrow().message())
          .contains("x".repeat(4000) + "… (cut, 2,000,000 bytes)");
      assertThat(job.error().orElseThrow().errorClass().orElseThrow()).hasSizeLessThan(300);
    }
  }

  @Test
  void aTextIsCutBetweenTwoCharacters() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      for (String character : List.of("é", "€", "😀")) {
        for (int before = 0; before < 4; before++) {
          String text = "x".repeat(before) + character.repeat(1000);
          assertThat(worker.progress(id, 1, 50, text)).isTrue();
          assertThat(jobs.get(id).progressMessage()).contains(StoredText.storable(text, 1000));
        }
      }
    }
  }

  @Test
  void theLimitsOfTheSubmitterReachTheFunctions() throws Exception {
    SizeLimits limits =
        SizeLimits.defaults().withResultBytes(100).withLogDataBytes(50).withLogLines(3);
    JobService jobs = fixture.start(fixture.builder().sizeLimits(limits)).jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      refused(
          LIMIT_EXCEEDED,
          "The result has 102 bytes; the result of this job may have 100.",
          () -> worker.complete(id, 1, '"' + "x".repeat(100) + '"'));
      refused(
          LIMIT_EXCEEDED,
          "data has 52 bytes; the data of a log line may have 50.",
          () -> worker.log(id, 1, "info", "line", '"' + "x".repeat(50) + '"'));
      for (int i = 1; i <= 5; i++) {
        assertThat(worker.log(id, 1, "info", "line " + i, null)).isTrue();
      }
      assertThat(jobs.logs(id))
          .extracting(JobLogEntry::message)
          .containsExactly(
              "line 1",
              "line 2",
              "The log of this attempt is full: an attempt may write 3 lines. This line replaces "
                  + "all"
                  + " that follow.");
      assertThat(worker.snooze(id, 1, "0")).isTrue();
      worker.claimOne(PRINT.type());
      assertThat(worker.log(id, 2, "info", "the next attempt", null)).isTrue();
      assertThat(jobs.logs(id)).hasSize(4);
    }
  }

  @Test
  void theDataOfALogLineIsBounded() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      refused(
          LIMIT_EXCEEDED,
          "data has 70002 bytes; the data of a log line may have 65536.",
          () -> worker.log(id, 1, "info", "line", '"' + "x".repeat(70_000) + '"'));
      refused(
          INVALID_PARAMETER,
          "level must be debug, info, warn or error.",
          () -> worker.log(id, 1, "fatal", "line", null));
    }
  }

  @Test
  void aResultThatIsTooLargeIsRefusedAndTheAttemptCanFail() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      refused(
          LIMIT_EXCEEDED,
          "The result has 1048589 bytes; the result of this job may have 1048576.",
          () -> worker.complete(id, 1, "{\"text\":\"" + "ä".repeat((1 << 19) + 1) + "\"}"));
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.RUNNING);
      assertThat(worker.fail(id, 1, "TooLarge", "The result is too large.", true, null))
          .isEqualTo("failed");
    }
  }

  @Test
  void aDelayIsBounded() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      refused(
          INVALID_PARAMETER,
          "delay must be from 0 to 366 days.",
          () -> worker.snooze(id, 1, "-1 second"));
      refused(
          INVALID_PARAMETER,
          "retry_after must be from 0 to 366 days.",
          () -> worker.fail(id, 1, "E", "e", false, "1000000 years"));
      // PostgreSQL compares both as if they were 0
      for (String odd : List.of("555000 years -199800000 days", "-1 year 360 days")) {
        refused(
            INVALID_PARAMETER,
            "delay must be from 0 to 366 days.",
            () -> worker.snooze(id, 1, odd));
      }
      assertThat(worker.snooze(id, 1, "366 days")).isTrue();
    }
  }

  @Test
  void theJsonValueNullIsNoResult() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker()) {
      UUID id = claimed(jobs, worker);
      assertThat(worker.complete(id, 1, "null")).isTrue();
      assertThat(jobs.find(PRINT, id).orElseThrow().result()).isEmpty();
    }
  }

  private ExternalWorker worker() throws Exception {
    return ExternalWorker.start(fixture.database(), "python-1", PRINT.type());
  }

  private static UUID claimed(JobService jobs, ExternalWorker worker) throws SQLException {
    UUID id = jobs.submit(PRINT, new Order("lamp", 2), SubmitOptions.by("user-7")).jobId();
    worker.heartbeat();
    worker.claimOne(PRINT.type());
    return id;
  }

  private static void refused(String sqlState, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo(sqlState);
  }
}
