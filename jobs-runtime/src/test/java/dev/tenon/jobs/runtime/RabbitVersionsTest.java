package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.definition.JobDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs of other versions and names with RabbitMQ. */
@Tag("thorough")
class RabbitVersionsTest extends VersionsContract {

  @Override
  Fixture fixture() {
    return Fixture.withRabbit();
  }

  @Override
  void awaitWaiting(UUID id) {
    await().atMost(Fixture.PATIENCE).until(() -> jobs().get(id).status() == JobStatus.QUEUED);
  }

  @Override
  void awaitRefused(UUID id) {
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              try (Connection connection = database().connect();
                  Statement statement = connection.createStatement()) {
                return statement
                    .executeQuery(
                        "SELECT FROM tenon.jobs WHERE parked_at IS NOT NULL AND id = '" + id + "'")
                    .next();
              }
            });
    assertThat(jobs().get(id).status()).isEqualTo(JobStatus.PENDING);
    assertThat(jobs().attempts(id)).isEmpty();
  }

  /** A look into the table each second would bring one job a second. */
  @Test
  void jobsThatWereParkedRunAsFastAsSlotsBecomeFree() {
    JobDefinition<MailV1, Void> known =
        TestCodecs.builder("mail.first", MailV1.class, Void.class).routingKey("late").build();
    JobDefinition<MailV1, Void> late =
        TestCodecs.builder("mail.late", MailV1.class, Void.class).routingKey("late").build();
    MailV1 mail = new MailV1("ann", "late");
    List<UUID> ids =
        jobs().submitAll(late, Collections.nCopies(300, mail), SubmitOptions.by("t")).stream()
            .map(Submitted::jobId)
            .toList();
    ids.forEach(this::awaitWaiting);
    work(TestJobs.handlers().with(known, (payload, context) -> null));
    ids.forEach(this::awaitRefused);
    stopWorkers();
    workOneByOne(TestJobs.handlers().with(late, (payload, context) -> null));
    await("all have run")
        .atMost(Fixture.PATIENCE)
        .until(() -> jobs().get(ids.get(0)).status() == JobStatus.COMPLETED && allEnded());
  }

  private boolean allEnded() throws SQLException {
    try (Connection connection = database().connect();
        Statement statement = connection.createStatement()) {
      return !statement
          .executeQuery("SELECT FROM tenon.jobs WHERE type = 'mail.late' AND status <> 'completed'")
          .next();
    }
  }

  /** What {@code docs/operations.md} says to do. */
  @Test
  void jobsOfAnotherRoutingKeyAreMoved() throws Exception {
    JobDefinition<MailV1, Void> before =
        TestCodecs.builder("mail.moved", MailV1.class, Void.class).routingKey("old").build();
    JobDefinition<MailV1, Void> now =
        TestCodecs.builder("mail.moved", MailV1.class, Void.class).routingKey("new").build();
    UUID id = jobs().submit(before, new MailV1("ann", "moved"), SubmitOptions.by("tester")).jobId();
    awaitWaiting(id);
    try (Connection connection = database().connect();
        Statement statement = connection.createStatement()) {
      assertThat(
              statement.executeUpdate(
                  "UPDATE by_test.jobs SET routing_key = 'new' WHERE routing_key = 'old'"
                      + " AND type = 'mail.moved' AND status <> 'running'"))
          .isEqualTo(1);
    }
    work(TestJobs.handlers().with(now, (mail, context) -> null));

    Fixture.awaitStatus(jobs(), id, JobStatus.COMPLETED);
  }

  /** They fill the prefetch, and must not come again and again. */
  @Test
  void jobsOfATypeThatNobodyKnowsHoldUpNoOtherOfTheirQueue() {
    JobDefinition<MailV1, Void> known =
        TestCodecs.builder("mail.known", MailV1.class, Void.class).routingKey("mixed").build();
    JobDefinition<MailV1, Void> unknown =
        TestCodecs.builder("mail.unknown", MailV1.class, Void.class).routingKey("mixed").build();
    MailV1 mail = new MailV1("ann", "mixed");
    List<UUID> strangers =
        jobs().submitAll(unknown, Collections.nCopies(200, mail), SubmitOptions.by("t")).stream()
            .map(Submitted::jobId)
            .toList();
    awaitWaiting(strangers.get(strangers.size() - 1));
    UUID id = jobs().submit(known, mail, SubmitOptions.by("tester")).jobId();
    work(TestJobs.handlers().with(known, (payload, context) -> null));

    Fixture.awaitStatus(jobs(), id, JobStatus.COMPLETED);
    assertThat(strangers).allSatisfy(each -> assertThat(jobs().attempts(each)).isEmpty());
  }
}
