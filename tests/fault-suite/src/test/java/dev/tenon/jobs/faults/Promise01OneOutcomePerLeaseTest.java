package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.trace.JobChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Promise 1: delivery is at least once; per lease exactly one outcome is committed. */
@Tag("thorough")
@SharesServers
class Promise01OneOutcomePerLeaseTest {

  private static final List<CrashPoint> OF_WORKERS =
      List.of(
          CrashPoint.BEFORE_CLAIM,
          CrashPoint.AFTER_CLAIM,
          CrashPoint.AFTER_ACK,
          CrashPoint.AMID_STARTING,
          CrashPoint.BEFORE_OUTCOME,
          CrashPoint.AFTER_OUTCOME);

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void workersThatDieAtEveryPointLoseNothingAndDoubleNothing() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point : OF_WORKERS) {
      dying.add(site.start(site.worker(point.name(), 4).crash(point, 2)));
    }
    dying.forEach(Node::awaitReady);
    site.submitAll(300, Action.WORK, 20);
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(300);
    assertThat(report.attempts()).as("some attempts were lost").isGreaterThan(300);
  }

  @Test
  void workersThatDieAfterAClaimWithoutPointersLoseNothingAndHoldNoLimit() {
    // Before the workers start, so that their first claims find something
    site.submitAll(100, Action.WORK, 20);
    for (int i = 0; i < 100; i++) {
      site.submit(FaultJobs.LIMITED, Action.WORK, 20, SubmitOptions.defaults());
    }
    List<Node> dying =
        List.of(
            site.start(
                site.worker("by-table", 4).amqpUris().crash(CrashPoint.AFTER_TABLE_CLAIM, 1)),
            site.start(
                // With a broker it would be given pointers to jobs of the other type, which it does
                // not know, and set these back
                site.worker("limited", 4)
                    .amqpUris()
                    .types(FaultJobs.LIMITED)
                    .crash(CrashPoint.AFTER_LIMITED_CLAIM, 1)));
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 20).types(FaultJobs.WORK, FaultJobs.LIMITED));
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(site.violations()).isEmpty();
    assertThat(site.trace().limits()).hasSize(1);
    assertThat(site.trace().changes())
        .as("a submit, at least one start and as many ends of each job")
        .hasSizeGreaterThan(600)
        .extracting(JobChange::cause)
        .contains("start_attempts", "end_attempts");
    assertThat(report.completed()).isEqualTo(200);
    assertThat(attempts(FaultJobs.WORK)).as("attempts without a broker").isGreaterThan(100);
    assertThat(attempts(FaultJobs.LIMITED)).as("attempts under limits").isGreaterThan(100);
  }

  private long attempts(JobDefinition<?, ?> definition) {
    return site.number(
        "SELECT count(*) FROM tenon.job_attempts a JOIN tenon.jobs j ON j.id = a.job_id"
            + " WHERE j.type = '%s'".formatted(definition.type()));
  }

  @Tag("full")
  @ParameterizedTest
  @CsvSource({
    "BEFORE_CLAIM, 1",
    "BEFORE_CLAIM, 4",
    "AFTER_CLAIM, 1",
    "AFTER_CLAIM, 4",
    "AFTER_ACK, 1",
    "AFTER_ACK, 3",
    "AMID_STARTING, 5",
    "AMID_STARTING, 30",
    "BEFORE_OUTCOME, 1",
    "BEFORE_OUTCOME, 3",
    "AFTER_OUTCOME, 1",
    "AFTER_OUTCOME, 3"
  })
  void aWorkerThatDiesLosesNothingAndDoublesNothing(CrashPoint point, int pass) {
    site.submitAll(500, Action.WORK, 10);
    Node dying = site.start(site.worker("dying", 10).crash(point, pass));
    dying.awaitCrash();
    site.start(site.worker("survivor", 10));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(500);
  }

  @Test
  void aPointerIsAcknowledgedOnlyAfterItsClaim() {
    assertThat(pointersLeftByAWorkerThatDiesBeforeItsClaim(site, null)).isEqualTo(5);
  }

  /** How many of five pointers the broker has after a worker took them and died. */
  static long pointersLeftByAWorkerThatDiesBeforeItsClaim(Site site, BrokenVariant variant) {
    // Nobody does maintenance, which would publish again what is lost
    site.runtime(site.runtimeBuilder().maintenance(false));
    site.awaitConnected();
    site.submitAll(5, Action.WORK, 10);
    site.awaitPublished(5);
    Node.Builder builder =
        site.worker("dying", 10).maintenance(false).crash(CrashPoint.BEFORE_CLAIM, 1);
    site.start(variant == null ? builder : builder.variant(variant)).awaitCrash();
    // The broker takes them back when it notices the death, which is at once
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (System.nanoTime() < end && site.depth(site.queue()) < 5) {
      Site.sleep(Duration.ofMillis(100));
    }
    return site.depth(site.queue());
  }

  @Test
  void aSilentWorkerCannotCommitOverTheNewOwner() {
    BooksReport report = lateOutcomeOfASilentWorker(site, () -> {}).mustBalance();
    assertThat(site.violations()).isEmpty();
    assertThat(report.completed()).isEqualTo(1);
    // The silent one may come back and get the job once more before the new owner has started
    assertThat(report.executions()).isGreaterThanOrEqualTo(2);
  }

  /**
   * A worker whose heart beats far too seldom is taken for lost, and ends its job while another one
   * runs it.
   *
   * @param sabotage is done once the database has its schema
   */
  static BooksReport lateOutcomeOfASilentWorker(Site site, Runnable sabotage) {
    Node silent =
        site.start(site.worker("silent", 1).maintenance(false).heartbeat(Duration.ofMinutes(10)))
            .awaitReady();
    sabotage.run();
    UUID id = site.submit(Action.STUBBORN, 45_000);
    silent.awaitStarted(id);
    Node owner = site.start(site.worker("owner", 1));
    owner.awaitStarted(id);
    silent.process().awaitLine((Node.RETURNED + id)::equals, Site.PATIENCE.multipliedBy(2));
    return site.settle(Site.PATIENCE.multipliedBy(2));
  }
}
