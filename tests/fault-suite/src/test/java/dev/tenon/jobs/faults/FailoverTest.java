package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.Load.Acknowledged;
import dev.tenon.jobs.testservers.PostgresDatabase;
import dev.tenon.jobs.testservers.PostgresServer;
import dev.tenon.jobs.testservers.TcpProxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * PostgreSQL with a streaming standby: under load the primary is killed, and the standby is
 * promoted. With synchronous replication nothing that was acknowledged is lost. With asynchronous
 * replication the last commits are, and everything that is left ends. One at a time: each test has
 * two servers and three JVMs at work.
 */
@Tag("thorough")
@SharesServers
@Execution(ExecutionMode.SAME_THREAD)
class FailoverTest {

  /** From the moment at which the new primary takes writes. */
  private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(15);

  /** The same if the old one hangs: no statement waits for longer than 20 s for its answer. */
  private static final Duration LEAVES = Duration.ofSeconds(45);

  /** How long nobody takes writes, in each round. */
  private static final List<Duration> OUTAGES =
      FaultSettings.choose(
          List.of(Duration.ZERO),
          List.of(Duration.ZERO, Duration.ofSeconds(20), Duration.ZERO, Duration.ofSeconds(5)));

  private static final int SLOTS = 8;
  private static final int LONG_JOBS = 4;

  /** Longer than a worker may be silent. */
  private static final int LONG_MILLIS = 6_000;

  private PostgresServer primary;
  private PostgresServer standby;
  private TcpProxy replication;
  private PostgresDatabase database;
  private Site site;
  private Load load;

  @BeforeEach
  void open() {
    // A kill loses nothing that was written, to a disk or only to the kernel
    primary = PostgresServer.builder().setting("fsync", "off").launch();
    replication = TcpProxy.to("127.0.0.1", primary.port());
    standby = primary.launchStandby(replication.port());
    database = primary.createDatabase(standby);
    site = new Site(database);
    site.runtime();
    site.start(site.worker("rabbit", SLOTS)).awaitReady();
    // Hears of jobs by PostgreSQL's notifications
    site.start(site.worker("table", SLOTS).amqpUris("")).awaitReady();
  }

  @AfterEach
  void close() {
    if (load != null) {
      load.close();
    }
    site.close();
    replication.close();
    standby.close();
    primary.close();
  }

  @Test
  void synchronousReplicationLosesNothingThatWasAcknowledged() throws SQLException {
    for (Duration outage : OUTAGES) {
      replicateSynchronously();
      List<UUID> longJobs = site.submitAll(LONG_JOBS, Action.WORK, LONG_MILLIS);
      long before = site.number("SELECT count(*) FROM tenon.jobs");
      load = new Load(site);
      longJobs.forEach(id -> site.awaitStatus(id, JobStatus.RUNNING));
      awaitCompleted(before + 100);

      primary.kill();
      failOver("killed, synchronous replication", outage, RECOVERY_LIMIT);

      BooksReport report = site.settle(Site.PATIENCE).mustBalance();
      assertThat(report.completed()).isEqualTo(report.jobs());
      for (UUID id : longJobs) {
        assertThat(executions(id)).as("executions of a job of %d ms", LONG_MILLIS).isOne();
        assertThat(site.jobs().attempts(id)).hasSize(1);
      }
      assertNoWorkerCountsAsLost();
      assertNothingIsLeftInTheBroker();
      takeBackTheOldPrimary();
    }
  }

  @Test
  void asynchronousReplicationLosesTheLastCommitsAndNothingElse() throws SQLException {
    load = new Load(site);
    awaitCompleted(100);
    // What was acknowledged by now was written before the job that the standby is seen to have
    final long caughtUp = System.nanoTime();
    // Claimed on both servers, completed on one
    UUID outcomeLost = site.submit(Action.WORK, 12_000);
    // Submitted on both, claimed on one
    UUID claimLost =
        site.submit(
            FaultJobs.WORK,
            Action.WORK,
            LONG_MILLIS,
            SubmitOptions.defaults().withDelay(Duration.ofSeconds(15)));
    await("the standby has both jobs")
        .atMost(Site.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                statusOnStandby(outcomeLost).equals("running")
                    && statusOnStandby(claimLost).equals("pending"));
    replication.stall();
    site.awaitStatus(outcomeLost, JobStatus.COMPLETED);
    site.awaitStatus(claimLost, JobStatus.RUNNING);

    primary.kill();
    failOver("killed, asynchronous replication", Duration.ZERO, RECOVERY_LIMIT);

    BooksReport report = site.settle(Site.PATIENCE);
    Set<String> inTable = Set.copyOf(site.values("SELECT id FROM tenon.jobs"));
    Set<String> vanished =
        Ledger.read(site.folder(), "submitted").stream()
            .filter(id -> !inTable.contains(id))
            .collect(Collectors.toSet());
    assertThat(vanished).isNotEmpty();
    assertThat(load.acknowledged())
        .filteredOn(each -> vanished.contains(each.id().toString()))
        .hasSameSizeAs(vanished)
        .allSatisfy(each -> assertThat(each.answeredNanos()).isGreaterThan(caughtUp));
    report.without(vanished).mustBalance();
    assertThat(report.completed()).isEqualTo(report.jobs());
    assertThat(executions(outcomeLost)).as("its outcome was lost, so it ran again").isEqualTo(2);
    assertThat(executions(claimLost)).as("its claim was lost, so it ran again").isEqualTo(2);
    assertThat(site.jobs().attempts(claimLost))
        .extracting(JobAttempt::outcome)
        .containsExactly(JobAttempt.Outcome.COMPLETED);
    assertNoWorkerCountsAsLost();
    assertNothingIsLeftInTheBroker();
  }

  /** Its connections stay open and nothing answers, so that only time limits help. */
  @Tag("full")
  @Test
  void aPrimaryThatHangsIsLeft() throws SQLException {
    replicateSynchronously();
    load = new Load(site);
    awaitCompleted(100);

    primary.freeze();
    failOver("frozen, synchronous replication", Duration.ZERO, LEAVES);

    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(report.jobs());
    assertThat(site.number("SELECT count(*) FROM tenon.jobs WHERE crashes > 0")).isZero();
    assertNothingIsLeftInTheBroker();
  }

  private void replicateSynchronously() throws SQLException {
    execute(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
    execute(primary, "SELECT pg_reload_conf()");
    await("the standby is synchronous")
        .atMost(Site.PATIENCE)
        .until(
            () -> site.value("SELECT sync_state FROM pg_stat_replication").orElse(""),
            "sync"::equals);
  }

  /** Promotes the standby of a primary that is gone, and waits until the load goes on. */
  private void failOver(String what, Duration outage, Duration limit) {
    long gone = System.nanoTime();
    if (!outage.isZero()) {
      Site.sleep(outage);
    }
    standby.promote();
    final long promoted = System.nanoTime();
    Acknowledged first =
        await("a job is submitted")
            .atMost(Site.PATIENCE)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> load.firstAfter(gone), Optional::isPresent)
            .orElseThrow();
    site.awaitStatus(first.id(), JobStatus.COMPLETED);
    final long completed = System.nanoTime();
    int acknowledged = load.acknowledged().size();
    await("the load goes on")
        .atMost(Site.PATIENCE)
        .until(() -> load.acknowledged().size() > acknowledged + 100);
    load.close();
    Duration untilCompleted = Duration.ofNanos(completed - promoted);
    Figures.report(
        "failover-" + what.replaceAll("\\W+", "-") + "-" + outage.toSeconds(),
        String.format(
            Locale.ROOT,
            "Primary %s: %.2f s later the standby is promoted, after %.2f s a job is submitted, and"
                + " after %.2f s it is completed; %d submits failed",
            what,
            seconds(promoted - gone),
            seconds(first.answeredNanos() - gone),
            seconds(completed - gone),
            load.failed()));
    assertThat(untilCompleted).isLessThan(limit);
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private void takeBackTheOldPrimary() {
    PostgresServer old = primary;
    primary = standby;
    standby = old;
    standby.startAsStandbyOf(primary, primary.port());
  }

  private void assertNoWorkerCountsAsLost() {
    assertThat(site.number("SELECT count(*) FROM tenon.job_attempts WHERE outcome = 'lost'"))
        .isZero();
  }

  private void awaitCompleted(long count) {
    await(count + " jobs are completed")
        .atMost(Site.PATIENCE)
        .until(() -> site.count(JobStatus.COMPLETED) >= count);
  }

  private void assertNothingIsLeftInTheBroker() {
    await("all pointers are dropped, those of vanished jobs too")
        .atMost(Site.PATIENCE)
        .until(() -> site.depth(site.queue()) == 0);
    assertThat(site.depth(site.deadLetters())).isZero();
  }

  /** Empty if the standby does not know the job. */
  private String statusOnStandby(UUID id) throws SQLException {
    String url = standby.url().replaceFirst("postgres$", database.name());
    try (Connection connection = DriverManager.getConnection(url, standby.user(), "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT status FROM tenon.jobs WHERE id = '" + id + "'")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }

  private static void execute(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(server.url(), server.user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long executions(UUID id) {
    return Ledger.read(site.folder(), "executed").stream()
        .filter(line -> line.split("\t", -1)[1].equals(id.toString()))
        .count();
  }
}
