package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestCodecs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.operate.JobMonitor;
import dev.tenon.jobs.operate.WorkerQuery;
import dev.tenon.jobs.workflow.Workflow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a worker in another language claims, what it leaves alone, and how it releases jobs. */
@Tag("servers")
class ExternalClaimsTest {

  private static final JobDefinition<Order, Receipt> PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class).external(true).build();

  private static final JobDefinition<Order, Receipt> NEWER_PRINT =
      TestCodecs.builder("test.order.print", Order.class, Receipt.class)
          .version(2)
          .external(true)
          .build();

  private static final Order ORDER = new Order("lamp", 2);

  private final Fixture fixture = Fixture.withoutRabbit();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aQuietedWorkerGetsNothingAndLosesNoPointer() throws Exception {
    JobsRuntime runtime = fixture.start();
    JobService jobs = runtime.jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1");
        ExternalWorker other = worker("python-2");
        Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      worker.heartbeat();
      other.heartbeat();
      long lease = worker.claim(PRINT.type(), ids.get(0)).get(0).lease();
      assertThat(runtime.monitor().quietWorker("python-1", Actor.of("ann", "a new disk"))).isTrue();

      assertThat(worker.claim(PRINT.type())).isEmpty();
      assertThat(worker.claim(PRINT.type(), ids.get(1), ids.get(2))).isEmpty();

      try (ResultSet again =
          statement.executeQuery(
              "SELECT count(*) FROM tenon.jobs WHERE status = 'pending' AND parked_at IS NOT NULL"
                  + " AND publish_at > now()")) {
        again.next();
        assertThat(again.getInt(1)).as("pointers that are published again").isEqualTo(2);
      }
      assertThat(worker.heartbeat()).hasSize(1);
      assertThat(worker.complete(ids.get(0), lease, "{\"text\":\"done\"}")).isTrue();
      assertThat(other.claim(PRINT.type())).hasSize(2);

      UUID last = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
      assertThat(runtime.monitor().resumeWorker("python-1", Actor.of("ann"))).isTrue();
      assertThat(worker.claimOne(PRINT.type()).jobId()).isEqualTo(last);
    }
  }

  @Test
  void aPointerWhoseRowSomebodyHasLockedIsSkippedAndNoted() throws Exception {
    JobService jobs = fixture.start().jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    String held = min(ids);
    UUID free = UUID.fromString(max(ids));
    try (ExternalWorker worker = worker("python-1");
        Connection other = fixture.database().connect();
        Statement statement = other.createStatement()) {
      worker.heartbeat();
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs WHERE id = '" + held + "' FOR UPDATE");
      assertThat(worker.claim(PRINT.type(), UUID.fromString(held), free))
          .extracting(ExternalWorker.Claimed::jobId)
          .containsExactly(free);
      try (ResultSet noted = statement.executeQuery("SELECT job_id FROM tenon.skipped_jobs")) {
        assertThat(noted.next()).isTrue();
        assertThat(noted.getString(1)).isEqualTo(held);
        assertThat(noted.next()).isFalse();
      }
      other.commit();
      assertThat(worker.claim(PRINT.type(), UUID.fromString(held))).hasSize(1);
    }
  }

  @Test
  void aJobThatIsTooLateIsCancelledInsteadOfClaimed() throws Exception {
    JobService jobs = fixture.start().jobs();
    SubmitOptions late = SubmitOptions.by("user-7").withStartBefore(Instant.now().minusSeconds(60));
    UUID id = jobs.submit(PRINT, ORDER, late).jobId();
    UUID other = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      assertThat(worker.claim(PRINT.type(), id, other))
          .extracting(ExternalWorker.Claimed::jobId)
          .containsExactly(other);
      assertThat(worker.claim(PRINT.type())).isEmpty();
    }
    Job job = Fixture.awaitStatus(jobs, id, JobStatus.CANCELLED);
    assertThat(job.error().map(JobError::reason)).contains(JobError.Reason.EXPIRED);
    assertThat(job.attempts()).isZero();
  }

  @Test
  void lockedJobsAtTheHeadOfTheTableHideNoOthers() throws Exception {
    JobService jobs = fixture.start().jobs();
    List<UUID> unused =
        jobs.submitAll(PRINT, Collections.nCopies(150, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1");
        Connection other = fixture.database().connect()) {
      worker.heartbeat();
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs FOR UPDATE");
      UUID free = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
      assertThat(worker.claim(PRINT.type()))
          .extracting(ExternalWorker.Claimed::jobId)
          .containsExactly(free);
      other.rollback();
    }
  }

  @Test
  void aWorkerThatStopsLocksItsJobsInTheOrderOfTheirIds() throws Exception {
    JobService jobs = fixture.start().jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1");
        Connection other = fixture.database().connect()) {
      worker.heartbeat();
      // In the table, too, the last one comes first
      worker.claim(PRINT.type(), 1, 1, UUID.fromString(max(ids)));
      worker.claim(PRINT.type(), 1, 1, UUID.fromString(min(ids)));
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs WHERE id = '" + min(ids) + "' FOR UPDATE");
      CompletableFuture<Integer> stop = CompletableFuture.supplyAsync(() -> deregister(worker));
      awaitLockWait();
      execute(other, "SELECT FROM tenon.live_jobs WHERE id = '" + max(ids) + "' FOR UPDATE NOWAIT");
      other.commit();
      assertThat(stop.get(30, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  private static int deregister(ExternalWorker worker) {
    try {
      return worker.deregister();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aHeartbeatPassesOverALockedJobThatHasTimedOut() throws Exception {
    JobService jobs = fixture.start().jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1");
        Connection other = fixture.database().connect()) {
      worker.heartbeat();
      assertThat(worker.claim(PRINT.type(), 1, 2)).hasSize(2);
      execute(other, "UPDATE by_test.jobs SET started_at = now() - interval '1 day'");
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs WHERE id = '" + min(ids) + "' FOR UPDATE");
      assertThat(worker.heartbeat())
          .extracting(running -> running.jobId().toString())
          .containsExactly(min(ids));
      other.commit();
      assertThat(worker.heartbeat()).isEmpty();
    }
  }

  @Test
  void aHeartbeatPassesOverALockedWorkflow() throws Exception {
    JobService jobs = fixture.start().jobs();
    Workflow flow = Workflow.named("print").submittedBy("user-7");
    flow.add(new TypedJobs<>(PRINT, jobs, jobs), ORDER);
    UUID workflow = jobs.submit(flow).id();
    UUID other = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1");
        Connection holder = fixture.database().connect()) {
      worker.heartbeat();
      assertThat(worker.claim(PRINT.type(), 1, 2)).hasSize(2);
      execute(
          holder,
          "UPDATE by_test.jobs SET started_at = now() - interval '1 day' WHERE id <> '"
              + other
              + "'");
      execute(holder, "UPDATE tenon.workers SET heartbeat_at = now() - interval '10 s'");
      holder.setAutoCommit(false);
      execute(holder, "SELECT FROM tenon.workflows WHERE id = '" + workflow + "' FOR UPDATE");

      execute(worker.connection(), "SET statement_timeout = '20s'");
      assertThat(worker.heartbeat()).hasSize(2);
      try (ResultSet beat =
          holder
              .createStatement()
              .executeQuery(
                  "SELECT heartbeat_at > now() - interval '9 s' FROM tenon.workers WHERE id = 'python-1'")) {
        assertThat(beat.next()).isTrue();
        assertThat(beat.getBoolean(1)).isTrue();
      }

      holder.rollback();
      assertThat(worker.heartbeat())
          .extracting(ExternalWorker.Running::jobId)
          .containsExactly(other);
    }
  }

  @Test
  void aConcurrencyThatAutoscalersCannotDivideByIsCorrected() throws Exception {
    JobsRuntime runtime = fixture.start();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      execute(worker.connection(), "SELECT tenon.heartbeat('python-1x', '', 1, 0)");
      execute(worker.connection(), "SELECT tenon.heartbeat('python-1y', '', 1, 2000000000)");
      assertThat(runtime.monitor().workers(WorkerQuery.all()))
          .extracting(JobMonitor.Worker::concurrency)
          .containsExactly(1, 1, 10_000);
    }
  }

  @Test
  void theTableIsClaimedPastLockedRows() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID locked = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    UUID free = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1");
        Connection other = fixture.database().connect()) {
      worker.heartbeat();
      other.setAutoCommit(false);
      execute(other, "SELECT FROM tenon.live_jobs WHERE id = '" + locked + "' FOR UPDATE");
      assertThat(worker.claimOne(PRINT.type()).jobId()).isEqualTo(free);
    }
  }

  @Test
  void aClaimSaysHowManyJobsAndOfWhichTypesAndVersions() throws Exception {
    JobService jobs = fixture.start().jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      refused(() -> worker.claim(PRINT.type(), 1, null), "max_jobs is null; it must be from 1");
      refused(() -> worker.claim(PRINT.type(), 1, 0), "max_jobs is 0; it must be from 1 to 1000.");
      refused(() -> worker.claim(PRINT.type(), 1, 1001), "max_jobs is 1001");
      refused(
          () -> worker.claim(PRINT.type(), 1, 2, ids.toArray(UUID[]::new)),
          "There are 3 job_ids, and max_jobs is 2.");
      for (String types :
          List.of(
              "NULL, NULL",
              "ARRAY[]::text[], ARRAY[]::integer[]",
              "ARRAY['test.order.print'], NULL",
              "ARRAY['test.order.print'], ARRAY[1, 2]",
              "ARRAY['test.order.print'], ARRAY[NULL]::integer[]",
              "ARRAY[NULL]::text[], ARRAY[1]")) {
        refused(
            () -> worker.query("SELECT * FROM tenon.claim('python-1', " + types + ", 1)"),
            "there must be 1 to 1000 types, and for each the newest version");
      }
      assertThat(worker.claim(PRINT.type(), 1, 2)).hasSize(2);
      assertThat(worker.claim(PRINT.type(), 1, 2)).hasSize(1);
    }
  }

  @Test
  void jobsOfANewerVersionAreNotClaimed() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(NEWER_PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      assertThat(worker.claim(PRINT.type(), 1, 10)).isEmpty();
      assertThat(jobs.get(id).status()).isEqualTo(JobStatus.PENDING);
      assertThat(worker.claim(PRINT.type(), 1, 10, id)).isEmpty();
      assertThat(jobs.get(id).status()).as("its pointer comes again").isEqualTo(JobStatus.PENDING);
      assertThat(jobs.get(id).attempts()).isZero();
      assertThat(jobs.attempts(id)).isEmpty();

      ExternalWorker.Claimed claimed = worker.claim(PRINT.type(), 2, 10).get(0);
      assertThat(claimed.version()).isEqualTo(2);
      assertThat(worker.complete(id, claimed.lease(), "{\"text\":\"done\"}")).isTrue();
      assertThat(jobs.get(id).resultVersion()).hasValue(2);
    }
  }

  @Test
  void thePayloadsOfAClaimAreBoundedInBytes() throws Exception {
    JobService jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    List<UUID> ids =
        jobs.submitAll(PRINT, List.of(ORDER, ORDER, ORDER), SubmitOptions.by("user-7")).stream()
            .map(Submitted::jobId)
            .toList();
    try (ExternalWorker worker = worker("python-1");
        Connection connection = fixture.database().connect()) {
      worker.heartbeat();
      // Two of them have 16 MiB exactly
      execute(
          connection,
          "UPDATE /* by the test */ by_test.jobs SET payload_bytes = 8388608, status = 'queued'");
      assertThat(worker.claim(PRINT.type(), 1, 10, ids.toArray(UUID[]::new))).hasSize(2);
      JobSummary left = jobs.list(JobQuery.all().withStatus(JobStatus.PENDING)).items().get(0);
      assertThat(left.attempts()).as("its pointer is published again").isZero();
      assertThat(worker.claim(PRINT.type(), 1, 10))
          .extracting(ExternalWorker.Claimed::jobId)
          .containsExactly(left.id());

      assertThat(worker.deregister()).isEqualTo(3);
      worker.heartbeat();
      execute(connection, "UPDATE by_test.jobs SET payload_bytes = 16777217");
      for (int i = 0; i < 3; i++) {
        assertThat(worker.claim(PRINT.type(), 1, 10)).as("one in any case").hasSize(1);
      }
    }
  }

  @Test
  void aLevelOfPriorityCountsAsTenMinutesAndNotMore() throws Exception {
    JobService jobs = fixture.start(fixture.builder().maintenance(false)).jobs();
    UUID urgent =
        jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7").withPriority(JobPriority.HIGH))
            .jobId();
    UUID old = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1");
        Connection connection = fixture.database().connect()) {
      worker.heartbeat();
      for (UUID[] pointers : new UUID[][] {{}, {urgent, old}}) {
        dueSince(connection, old, 9);
        assertThat(claimed(worker, pointers)).containsExactly(urgent, old);
        dueSince(connection, old, 11);
        assertThat(claimed(worker, pointers)).containsExactly(old, urgent);

        // Only one of them fits into a claim
        execute(connection, "UPDATE by_test.jobs SET payload_bytes = 16777216");
        dueSince(connection, old, 11);
        assertThat(claimed(worker, pointers)).containsExactly(old);
        dueSince(connection, old, 9);
        assertThat(claimed(worker, pointers)).containsExactly(urgent);
        execute(connection, "UPDATE by_test.jobs SET payload_bytes = 10");
      }
    }
  }

  private static void dueSince(Connection connection, UUID old, int minutes) throws SQLException {
    execute(connection, "UPDATE by_test.jobs SET run_at = now()");
    execute(
        connection,
        "UPDATE by_test.jobs SET run_at = now() - interval '%d minutes' WHERE id = '%s'"
            .formatted(minutes, old));
  }

  /** What the worker claims, in this order; it gives all of it back. */
  private static List<UUID> claimed(ExternalWorker worker, UUID... pointers) throws SQLException {
    List<ExternalWorker.Claimed> claimed =
        pointers.length == 0
            ? worker.claim(PRINT.type(), 1, 10)
            : worker.claim(PRINT.type(), 1, 10, pointers);
    for (ExternalWorker.Claimed each : claimed) {
      assertThat(worker.release(each.jobId(), each.lease())).isTrue();
    }
    return claimed.stream().map(ExternalWorker.Claimed::jobId).toList();
  }

  @Test
  void aWorkerMaySayOfWhichVersionItsResultIs() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1")) {
      worker.heartbeat();
      long lease = worker.claim(PRINT.type(), 2, 10).get(0).lease();
      refused(() -> worker.complete(id, lease, "{}", 0), "version is 0; the first version is 1.");
      assertThat(worker.complete(id, lease, "{\"text\":\"done\"}", 2)).isTrue();
    }
    assertThat(jobs.get(id).resultVersion()).hasValue(2);
  }

  @Test
  void whatAClaimsLostAnswerGaveIsListedAndReleased() throws Exception {
    JobService jobs = fixture.start().jobs();
    UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
    try (ExternalWorker worker = worker("python-1");
        ExternalWorker other = worker("python-2")) {
      worker.heartbeat();
      other.heartbeat();
      worker.claim(PRINT.type()); // and the connection breaks before the answer is read
      ExternalWorker.Running unknown = new ExternalWorker.Running(id, 1, false);
      assertThat(worker.heartbeat()).containsExactly(unknown);
      assertThat(worker.heartbeat()).as("again, so it does not run").containsExactly(unknown);
      assertThat(other.claim(PRINT.type())).isEmpty();

      assertThat(worker.release(unknown.jobId(), unknown.lease())).isTrue();
      assertThat(worker.release(unknown.jobId(), unknown.lease())).isFalse();
      assertThat(worker.heartbeat()).isEmpty();
      assertThat(other.claimOne(PRINT.type()).attempt()).as("it was not counted").isEqualTo(1);
    }
    assertThat(jobs.attempts(id))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.RELEASED);
  }

  @Test
  void theClockContinuesInAnOpenTransaction() throws Exception {
    JobService jobs = fixture.start().jobs();
    try (ExternalWorker worker = worker("python-1")) {
      worker.connection().setAutoCommit(false);
      worker.heartbeat();
      UUID id = jobs.submit(PRINT, ORDER, SubmitOptions.by("user-7")).jobId();
      assertThat(worker.claimOne(PRINT.type()).jobId()).isEqualTo(id);
      worker.connection().commit();
      assertThat(jobs.get(id).startedAt().orElse(null)).isAfter(jobs.get(id).submittedAt());
    }
  }

  private ExternalWorker worker(String id) throws Exception {
    return ExternalWorker.start(fixture.database(), id, PRINT.type());
  }

  private void awaitLockWait() {
    await("the claim waits for a lock")
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              try (Connection connection = fixture.database().connect();
                  Statement statement = connection.createStatement();
                  ResultSet rows =
                      statement.executeQuery(
                          "SELECT FROM pg_stat_activity WHERE datname = current_database()"
                              + " AND wait_event_type = 'Lock' AND query LIKE '%tenon.%'")) {
                return rows.next();
              }
            });
  }

  private static void refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("22023");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** UUIDs sort as texts in PostgreSQL, and as signed numbers in Java. */
  private static String min(List<UUID> ids) {
    return ids.stream().map(UUID::toString).sorted().findFirst().orElseThrow();
  }

  private static String max(List<UUID> ids) {
    return ids.stream().map(UUID::toString).sorted().skip(1).findFirst().orElseThrow();
  }
}
