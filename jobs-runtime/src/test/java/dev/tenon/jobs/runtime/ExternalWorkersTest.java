package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs of an external type are run by callers of the SQL functions, and by nobody else. */
@Tag("servers")
class ExternalWorkersTest {

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class)
          .timeout(Duration.ofSeconds(30))
          .retryPolicy(RetryPolicy.of(2, Duration.ofMillis(50)).withJitter(0))
          .resultValidator(
              (receipt, violations) -> {
                if (receipt.text().isEmpty()) {
                  violations.add("text", "must not be empty");
                }
              })
          .external(true)
          .build();

  private static final JobDefinition<Order, Void> HURRY =
      TestCodecs.builder("test.order.scan", Order.class, Void.class)
          .timeout(Duration.ofMillis(1))
          .retryPolicy(RetryPolicy.of(1))
          .external(true)
          .build();

  private static final Order ORDER = new Order("lamp", 2);

  private Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aJobRunsFromClaimToResult() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7").withItemId("item-3")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      assertThat(worker.heartbeat()).isEmpty();
      ExternalWorker.Claimed claimed = worker.claimOne(PRINT.type());

      assertThat(claimed)
          .isEqualTo(
              new ExternalWorker.Claimed(
                  id,
                  PRINT.type(),
                  1,
                  1,
                  1,
                  2,
                  30_000,
                  "{\"name\":\"lamp\",\"quantity\":2}",
                  "item-3",
                  "user-7"));
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.RUNNING);
      assertThat(worker.heartbeat()).containsExactly(new ExternalWorker.Running(id, 1, false));
      assertThat(worker.progress(id, 1, 40, "printing")).isTrue();
      assertThat(jobs.get(id).progress()).isEqualTo(40);
      assertThat(worker.log(id, 1, "warn", "toner is low", "{\"left\":3}")).isTrue();
      assertThat(worker.complete(id, 1, "{\"text\":\"done\"}")).isTrue();
    }
    assertThat(jobs.find(PRINT, id).orElseThrow().result()).contains(new Receipt("done"));
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(jobs.get(id).progress()).isEqualTo(100);
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::attempt, JobAttempt::workerId, JobAttempt::outcome)
        .containsExactly(tuple(1, "python-1", JobAttempt.Outcome.COMPLETED));
    assertThat(jobs.logs(id))
        .extracting(JobLogEntry::level, JobLogEntry::message)
        .containsExactly(tuple(JobLogLevel.WARN, "toner is low"));
  }

  @Test
  void aLostLeaseIsRefusedEverywhere() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      long lost = worker.claimOne(PRINT.type()).lease();
      assertThat(worker.snooze(id, lost, "0 seconds")).isTrue();
      long lease = worker.claimOne(PRINT.type()).lease();

      assertThat(lease).isEqualTo(lost + 1);
      assertThat(worker.progress(id, lost, 10, null)).isFalse();
      assertThat(worker.log(id, lost, "info", "late", null)).isFalse();
      assertThat(worker.snooze(id, lost, "1 hour")).isFalse();
      assertThat(worker.fail(id, lost, "Late", "late", false, null)).isNull();
      assertThat(worker.complete(id, lost, "{\"text\":\"late\"}")).isFalse();
      assertThat(worker.complete(id, lease, "{\"text\":\"in time\"}")).isTrue();
      assertThat(worker.complete(id, lease, "{\"text\":\"twice\"}")).isFalse();
    }
    assertThat(jobs.find(PRINT, id).orElseThrow().result()).contains(new Receipt("in time"));
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.SNOOZED, JobAttempt.Outcome.COMPLETED);
    assertThat(jobs.get(id).attempts()).as("the snoozed attempt does not count").isEqualTo(1);
  }

  @Test
  void failuresAreRetriedAsTheTypeSays() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      worker.claimOne(PRINT.type());
      assertThat(worker.fail(id, 1, "ValueError", "no paper", false, null)).isEqualTo("pending");
      assertThat(message(jobs.get(id))).isEqualTo("no paper");
      await().until(() -> !worker.claim(PRINT.type()).isEmpty());
      assertThat(worker.fail(id, 2, "ValueError", "no paper", false, null)).isEqualTo("failed");
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.FAILED);
      assertThat(jobs.get(id).attempts()).isEqualTo(2);

      jobs.retry(id, Actor.of("ann"));
      long lease = worker.claimOne(PRINT.type()).lease();
      assertThat(worker.fail(id, lease, "KeyError", "unknown", true, null)).isEqualTo("failed");

      UUID later = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
      worker.claimOne(PRINT.type());
      assertThat(worker.fail(later, 1, "Busy", "later", false, "1 hour")).isEqualTo("pending");
      assertThat(jobs.get(later).runAt())
          .isAfter(jobs.get(later).submittedAt().plus(Duration.ofMinutes(59)));
      assertThat(worker.claim(PRINT.type())).isEmpty();
    }
  }

  @Test
  void anAttemptOverItsTimeoutIsEndedByTheHeartbeat() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(HURRY, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      worker.claimOne(HURRY.type());
      await().until(() -> worker.heartbeat().isEmpty());
      assertThat(worker.complete(id, 1, null)).isFalse();
    }
    Job job = jobs.get(id);
    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(message(job)).isEqualTo("The attempt took longer than its timeout of 1 ms.");
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.TIMED_OUT);
  }

  @Test
  void theHeartbeatAnnouncesACancel() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      worker.claimOne(PRINT.type());
      assertThat(worker.cancelled(id, 1)).as("nobody has asked for it").isFalse();
      assertThat(jobs.cancel(id, Actor.of("ann"))).isEqualTo(JobService.CancelResult.REQUESTED);
      assertThat(worker.heartbeat()).containsExactly(new ExternalWorker.Running(id, 1, true));
      assertThat(worker.cancelled(id, 1)).isTrue();
    }
    assertThat(jobs.get(id).status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void aStoppingWorkerGivesItsJobsBackUncounted() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1");
        ExternalWorker other = worker("python-2")) {
      worker.heartbeat();
      other.heartbeat();
      worker.claimOne(PRINT.type());
      assertThat(worker.deregister()).isEqualTo(1);
      assertThat(worker.deregister()).isZero();
      assertThatThrownBy(() -> worker.claim(PRINT.type()))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("call heartbeat('python-1') before the first claim.");
      assertThat(other.claimOne(PRINT.type()).attempt()).isEqualTo(1);
    }
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.RELEASED);
  }

  @Test
  void theJobsOfASilentWorkerGoToAnother() throws Exception {
    JobsRuntime runtime =
        fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
    UUID id = runtime.jobs().submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker silent = worker("python-1");
        ExternalWorker other = worker("python-2")) {
      silent.heartbeat();
      silent.claimOne(PRINT.type());
      await()
          .atMost(Fixture.PATIENCE)
          .until(
              () -> {
                other.heartbeat();
                return !other.claim(PRINT.type()).isEmpty();
              });
      assertThat(silent.complete(id, 1, "{\"text\":\"late\"}")).isFalse();
      assertThat(other.complete(id, 2, "{\"text\":\"done\"}")).isTrue();
    }
    assertThat(runtime.jobs().attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.LOST, JobAttempt.Outcome.COMPLETED);
  }

  @Test
  void aResultThatIsNotValidIsRefusedWhereItIsRead() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      worker.claimOne(PRINT.type());
      assertThat(worker.complete(id, 1, "{\"text\":\"\"}")).isTrue();
    }
    assertThatThrownBy(() -> jobs.find(PRINT, id))
        .isInstanceOf(JobsException.class)
        .hasMessageStartingWith(
            "The result of job %s of type 'test.order.print' is not valid: text must not be empty."
                .formatted(id));
    assertThat(jobs.get(id).result()).contains("{\"text\":\"\"}");
  }

  @Test
  void aPointerLeadsToTheJob() throws Exception {
    fixture.close();
    fixture = Fixture.withRabbit();
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(fixture.host().uri());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel();
        ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      GetResponse pointer =
          await()
              .atMost(Fixture.PATIENCE)
              .ignoreExceptions()
              .until(
                  () -> connection.createChannel().basicGet(PRINT.routingKey(), true),
                  Objects::nonNull);
      assertThat(new String(pointer.getBody(), StandardCharsets.UTF_8))
          .isEqualTo("{\"jobId\":\"%s\",\"type\":\"test.order.print\"}".formatted(id));
      assertThat(worker.claim(PRINT.type(), UUID.randomUUID())).isEmpty();
      assertThat(worker.claim(PRINT.type(), id))
          .extracting(ExternalWorker.Claimed::jobId)
          .isEqualTo(List.of(id));
      assertThat(channel.isOpen()).isTrue();
    }
  }

  private ExternalWorker worker(String id) throws Exception {
    return ExternalWorker.start(fixture.database(), id, PRINT.type(), HURRY.type());
  }

  private static String message(Job job) {
    return job.error().orElseThrow().message().orElseThrow();
  }
}
