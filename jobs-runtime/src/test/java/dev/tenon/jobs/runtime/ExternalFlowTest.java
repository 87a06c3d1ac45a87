package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.runtime.ExternalWorker.Claimed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits and pauses hold for workers in other languages, too. */
@Tag("servers")
class ExternalFlowTest {

  private static final String LIMITED = TestJobs.EXTERNAL_LIMITED.type();
  private static final String UNLIMITED = TestJobs.EXTERNAL.type();

  private final Fixture fixture = Fixture.withoutRabbit();
  private JobService jobs;

  @BeforeEach
  void start() throws Exception {
    jobs = fixture.start().jobs();
    execute(
        "INSERT INTO tenon.job_types (type, max_concurrent, max_concurrent_per_key, limit_by)"
            + " VALUES ('"
            + LIMITED
            + "', 4, 2, 'name') ON CONFLICT (type) DO UPDATE SET max_concurrent = 4,"
            + " max_concurrent_per_key = 2, limit_by = 'name'");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void twoWorkersShareTheLimits() throws Exception {
    for (String key : List.of("a", "b", "c")) {
      submit(TestJobs.EXTERNAL_LIMITED, key, 10);
    }
    try (ExternalWorker first = worker("python-1", LIMITED);
        ExternalWorker second = worker("python-2", LIMITED)) {
      first.heartbeat();
      second.heartbeat();
      List<Claimed> one = first.claim(LIMITED, 1, 3);
      assertThat(one).hasSize(3);
      List<Claimed> other = second.claim(LIMITED, 1, 10);
      assertThat(other).as("four in all").hasSize(1);
      assertThat(first.claim(LIMITED, 1, 10)).isEmpty();
      assertThat(mostPerKey(one, other)).isLessThanOrEqualTo(2);

      // However they end, others start in their place
      Claimed job = one.get(0);
      assertThat(first.complete(job.jobId(), job.lease(), "{\"text\":\"done\"}")).isTrue();
      job = one.get(1);
      assertThat(first.fail(job.jobId(), job.lease(), "E", "m", true, null)).isEqualTo("failed");
      job = one.get(2);
      assertThat(first.snooze(job.jobId(), job.lease(), "1 hour")).isTrue();
      job = other.get(0);
      assertThat(second.release(job.jobId(), job.lease())).isTrue();
      List<Claimed> next = second.claim(LIMITED, 1, 10);
      assertThat(next).hasSize(4);
      assertThat(mostPerKey(next)).isEqualTo(2);
      assertThat(second.deregister()).isEqualTo(4);
      assertThat(first.claim(LIMITED, 1, 10)).hasSize(4);
    }
  }

  /** Ended by a race of many claims at once, and by the worker's silence. */
  @Test
  void racingWorkersKeepTheLimit() throws Exception {
    submit(TestJobs.EXTERNAL_LIMITED, "a", 20);
    submit(TestJobs.EXTERNAL_LIMITED, "b", 20);
    List<ExternalWorker> workers = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        workers.add(worker("python-" + i, LIMITED));
        workers.get(i).heartbeat();
      }
      for (int round = 0; round < 5; round++) {
        List<CompletableFuture<List<Claimed>>> claims =
            workers.stream()
                .map(worker -> CompletableFuture.supplyAsync(() -> claim(worker)))
                .toList();
        List<Claimed> all = new ArrayList<>();
        for (CompletableFuture<List<Claimed>> each : claims) {
          all.addAll(each.get());
        }
        assertThat(all).hasSize(4);
        assertThat(mostPerKey(all)).isEqualTo(2);
        execute(
            "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now() WHERE status ="
                + " 'running'");
      }
    } finally {
      for (ExternalWorker worker : workers) {
        worker.close();
      }
    }
  }

  private static List<Claimed> claim(ExternalWorker worker) {
    try {
      return worker.claim(LIMITED, 1, 10);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void jobsWithLimitsAndJobsWithoutShareWhatIsClaimed() throws Exception {
    submit(TestJobs.EXTERNAL_LIMITED, "a", 10);
    submit(TestJobs.EXTERNAL_LIMITED, "b", 10);
    submit(TestJobs.EXTERNAL, "any", 30);
    try (ExternalWorker worker = worker("python-1", LIMITED, UNLIMITED)) {
      worker.heartbeat();
      List<String> types = claimedTypes(worker, 6);
      assertThat(types).hasSize(6).contains(LIMITED, UNLIMITED);
      assertThat(Collections.frequency(types, LIMITED)).isEqualTo(3);
      assertThat(claimedTypes(worker, 6))
          .as("what the limits leave goes to the others")
          .hasSize(6)
          .containsOnlyOnce(LIMITED);
      // The limit is reached: the jobs behind it hold up nobody, not even one by one
      for (int i = 0; i < 10; i++) {
        assertThat(claimedTypes(worker, 1)).containsExactly(UNLIMITED);
      }
      assertThat(claimedTypes(worker, 10)).hasSize(10);
      assertThat(claimedTypes(worker, 10)).as("30 there were").hasSize(2);
      execute(
          "UPDATE /* by the test */ by_test.jobs SET status = 'completed', finished_at = now() WHERE status ="
              + " 'running'");
      assertThat(claimedTypes(worker, 10)).as("without others").hasSize(4).containsOnly(LIMITED);
    }
  }

  @Test
  void aPausedTypeIsNotClaimed() throws Exception {
    submit(TestJobs.EXTERNAL_LIMITED, "a", 2);
    UUID unlimited = submit(TestJobs.EXTERNAL, "any", 1).get(0);
    try (ExternalWorker worker = worker("python-1", LIMITED, UNLIMITED)) {
      worker.heartbeat();
      execute(
          "INSERT INTO tenon.job_types (type) VALUES ('" + UNLIMITED + "') ON CONFLICT DO NOTHING");
      execute("UPDATE tenon.job_types SET paused_at = now()");
      assertThat(claimedTypes(worker, 10)).isEmpty();
      assertThat(worker.claim(UNLIMITED, unlimited)).isEmpty();
      assertThat(jobs.get(unlimited).status()).isEqualTo(JobStatus.PENDING);
      execute("UPDATE tenon.job_types SET paused_at = NULL WHERE type = '" + LIMITED + "'");
      assertThat(claimedTypes(worker, 10)).containsExactly(LIMITED, LIMITED);
      execute("UPDATE tenon.job_types SET paused_at = NULL");
      assertThat(claimedTypes(worker, 10)).containsExactly(UNLIMITED);
    }
  }

  @Test
  void thePointerOfAJobWithLimitsClaimsNothing() throws Exception {
    List<UUID> ids = submit(TestJobs.EXTERNAL_LIMITED, "a", 2);
    UUID unlimited = submit(TestJobs.EXTERNAL, "any", 1).get(0);
    try (ExternalWorker worker = worker("python-1", LIMITED, UNLIMITED)) {
      worker.heartbeat();
      assertThat(worker.claim(LIMITED, ids.toArray(UUID[]::new))).isEmpty();
      assertThat(jobs.get(ids.get(0)).status()).isEqualTo(JobStatus.PENDING);
      assertThat(jobs.get(ids.get(0)).attempts()).isZero();
      assertThat(worker.claim(UNLIMITED, ids.get(0), unlimited)).hasSize(1);
      assertThat(worker.claim(LIMITED)).hasSize(2);
    }
  }

  /** The locked type has another name than its jobs. */
  @Test
  void aLockedTypeHoldsUpNoOther() throws Exception {
    submitUnderTheNamesOfTwoTypes();
    submit(TestJobs.EXTERNAL, "any", 1);
    try (ExternalWorker worker = worker("python-1", "z.old", "m.other", UNLIMITED);
        Connection holder = fixture.database().connect()) {
      worker.heartbeat();
      worker.query("SET statement_timeout = '20s'");
      lockType(holder, "a.new");
      assertThat(claimedTypes(worker, 10, "z.old", "m.other")).containsExactly("m.other");
      assertThat(claimedTypes(worker, 10, "z.old", UNLIMITED)).containsExactly(UNLIMITED);
      holder.rollback();
      assertThat(claimedTypes(worker, 10, "z.old", "m.other")).containsExactly("z.old");
    }
  }

  @Test
  void aClaimWithoutAnotherJobWaitsForALockedType() throws Exception {
    submitUnderTheNamesOfTwoTypes();
    try (ExternalWorker worker = worker("python-1", "z.old", UNLIMITED);
        Connection holder = fixture.database().connect()) {
      worker.heartbeat();
      worker.query("SET statement_timeout = '20s'");
      lockType(holder, "a.new");
      assertThat(claimedTypes(worker, 10, "z.old", UNLIMITED)).as("it stays locked").isEmpty();
      CompletableFuture<List<String>> claim = claimUntilFound(worker, "z.old", UNLIMITED);
      awaitWaitingClaim();
      holder.rollback();
      assertThat(claim.get()).containsExactly("z.old");
    }
  }

  @Test
  void aClaimThatHasWaitedForATypeTakesTheOthersThatAreFreeByThen() throws Exception {
    submitUnderTheNamesOfTwoTypes();
    try (ExternalWorker worker = worker("python-1", "z.old", "m.other");
        Connection holder = fixture.database().connect()) {
      worker.heartbeat();
      worker.query("SET statement_timeout = '20s'");
      lockType(holder, "a.new");
      lockType(holder, "m.other");
      CompletableFuture<List<String>> claim = claimUntilFound(worker, "z.old", "m.other");
      awaitWaitingClaim();
      holder.rollback();
      assertThat(claim.get()).containsExactlyInAnyOrder("z.old", "m.other");
    }
  }

  /** It remains when a type is renamed. */
  @Test
  void theRowOfAnEarlierNameHoldsUpNobody() throws Exception {
    submitUnderTheNamesOfTwoTypes();
    execute("INSERT INTO tenon.job_types (type) VALUES ('z.old')");
    try (ExternalWorker worker = worker("python-1", "z.old", "m.other");
        Connection holder = fixture.database().connect()) {
      worker.heartbeat();
      lockType(holder, "z.old");
      assertThat(claimedTypes(worker, 10, "z.old", "m.other"))
          .containsExactlyInAnyOrder("z.old", "m.other");
    }
  }

  @Test
  void aClaimThatWaitsLeavesTheSettingsOfTheCaller() throws Exception {
    submitUnderTheNamesOfTwoTypes();
    try (ExternalWorker worker = worker("python-1", "z.old", UNLIMITED);
        Connection holder = fixture.database().connect();
        Statement settings = worker.connection().createStatement()) {
      worker.heartbeat();
      worker.query("SET lock_timeout = '7s'");
      worker.connection().setAutoCommit(false);
      lockType(holder, "a.new");
      assertThat(claimedTypes(worker, 10, "z.old", UNLIMITED)).isEmpty();
      CompletableFuture<List<String>> claim = claimUntilFound(worker, "z.old", UNLIMITED);
      awaitWaitingClaim();
      holder.rollback();
      assertThat(claim.get()).containsExactly("z.old");
      try (var rows = settings.executeQuery("SHOW lock_timeout")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("7s");
      }
    }
  }

  /** One job each of the type 'a.new', under its earlier name 'z.old', and of 'm.other'. */
  private void submitUnderTheNamesOfTwoTypes() throws SQLException {
    execute(
        "INSERT INTO tenon.job_types (type, aliases, max_concurrent)"
            + " VALUES ('a.new', '{z.old}', 10), ('m.other', '{}', 10)");
    UUID id = submit(TestJobs.EXTERNAL_LIMITED, "a", 1).get(0);
    execute("UPDATE by_test.jobs SET type = 'z.old' WHERE id = '" + id + "'");
    submit(TestJobs.EXTERNAL_LIMITED, "a", 1);
    execute("UPDATE by_test.jobs SET type = 'm.other' WHERE id <> '" + id + "'");
  }

  /** Claims ten jobs of these types in another thread, again and again until there are some. */
  private static CompletableFuture<List<String>> claimUntilFound(
      ExternalWorker worker, String one, String other) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            List<String> claimed = List.of();
            while (claimed.isEmpty()) {
              claimed = claimedTypes(worker, 10, one, other);
            }
            return claimed;
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }

  private void awaitWaitingClaim() {
    await("the claim waits for a lock")
        .atMost(Fixture.PATIENCE)
        .until(
            () -> {
              try (Connection connection = fixture.database().connect();
                  var rows =
                      connection
                          .createStatement()
                          .executeQuery(
                              "SELECT FROM pg_stat_activity WHERE datname = current_database() AND"
                                  + " wait_event_type = 'Lock' AND query LIKE '%tenon.claim%'")) {
                return rows.next();
              }
            });
  }

  private static void lockType(Connection connection, String type) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT FROM tenon.job_types WHERE type = '" + type + "' FOR UPDATE");
    }
  }

  @Test
  void aTransactionThatIsNotReadCommittedIsRefused() throws Exception {
    submit(TestJobs.EXTERNAL_LIMITED, "a", 1);
    try (ExternalWorker worker = worker("python-1", LIMITED)) {
      worker.heartbeat();
      worker.connection().setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      assertThatThrownBy(() -> worker.claim(LIMITED))
          .hasMessageContaining(
              "The transaction is repeatable read; jobs of types with limits are only claimed");
    }
  }

  /** Nobody may go past the check of rights that claim makes. */
  @Test
  void theFunctionsBehindTheClaimAreNotForWorkers() throws Exception {
    try (ExternalWorker worker = worker("python-1", LIMITED)) {
      assertThatThrownBy(
              () ->
                  worker.query(
                      "SELECT tenon.claim_limited('python-1', '" + LIMITED + "', 1, 1, 1, true)"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> worker.query("SELECT * FROM tenon.waiting_keys('x', '', 1)"))
          .hasMessageContaining("permission denied");
      assertThatThrownBy(() -> worker.query("SELECT * FROM tenon.job_types"))
          .hasMessageContaining("permission denied");
    }
  }

  private ExternalWorker worker(String id, String... types) throws Exception {
    return ExternalWorker.start(fixture.database(), id, types);
  }

  private static List<String> claimedTypes(ExternalWorker worker, int max) throws SQLException {
    return claimedTypes(worker, max, LIMITED, UNLIMITED);
  }

  private static List<String> claimedTypes(ExternalWorker worker, int max, String one, String other)
      throws SQLException {
    List<String> types = new ArrayList<>();
    try (Statement statement = worker.connection().createStatement();
        var rows =
            statement.executeQuery(
                "SELECT type FROM tenon.claim('python-1', ARRAY['%s', '%s'], ARRAY[1, 1], %d)"
                    .formatted(one, other, max))) {
      while (rows.next()) {
        types.add(rows.getString(1));
      }
    }
    return types;
  }

  private static long mostPerKey(List<Claimed> one, List<Claimed> other) {
    return mostPerKey(Stream.concat(one.stream(), other.stream()).toList());
  }

  private static long mostPerKey(List<Claimed> claims) {
    return claims.stream()
        .collect(Collectors.groupingBy(Claimed::payload, Collectors.counting()))
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .max()
        .orElse(0);
  }

  private List<UUID> submit(JobDefinition<Order, Receipt> definition, String name, int count) {
    return jobs
        .submitAll(
            definition, Collections.nCopies(count, new Order(name, 1)), SubmitOptions.by("tester"))
        .stream()
        .map(Submitted::jobId)
        .toList();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = fixture.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
