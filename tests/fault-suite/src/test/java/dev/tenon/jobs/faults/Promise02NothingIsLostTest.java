package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 2: a job that was committed is never lost. It is published again within 5 s of the
 * broker's return, or 15 s of its loss in the broker.
 */
@Tag("thorough")
class Promise02NothingIsLostTest {

  private static final Duration AFTER_RETURN = Duration.ofSeconds(5);
  private static final Duration AFTER_LOSS = Duration.ofSeconds(15);

  /** So few jobs have a message each, which can be counted. */
  private static final int LOST = 30;

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @SharesServers
  @Test
  void aSubmitterMayDieAtEveryPoint() {
    site.runtime();
    List<Node> dying =
        List.of(
            dying(CrashPoint.AFTER_INSERT, 3, 10, Submitting.TRANSACTION),
            dying(CrashPoint.AFTER_COMMIT, 3, 10, Submitting.SINGLE),
            dying(CrashPoint.AMID_PUBLISHING, 10, 100, Submitting.BATCH),
            dying(CrashPoint.AFTER_PUBLISH, 1, 100, Submitting.BATCH),
            dying(CrashPoint.BEFORE_NOTE, 1, 100, Submitting.BATCH),
            // A batch of more rows than one statement inserts dies in the middle of its transaction
            dying(CrashPoint.AFTER_INSERT, 1, 2500, Submitting.BATCH));
    dying.forEach(Node::awaitCrash);
    long jobs = site.number("SELECT count(*) FROM tenon.jobs");
    assertThat(jobs).as("2 in transactions, 3 single ones, three batches").isEqualTo(2 + 3 + 300);
    // What no submitter published the relay does: its time to publish is 2 s
    site.awaitPublished(jobs);
    site.start(site.worker("worker", 10));
    BooksReport report = site.settle(Site.PATIENCE).mustBalance();
    assertThat(report.completed()).isEqualTo(jobs);
    assertThat(report.submitted()).isLessThan(jobs);
  }

  private Node dying(CrashPoint point, int pass, int count, Submitting how) {
    return site.start(site.submitter(point + "-" + how, count, how).crash(point, pass));
  }

  @SharesServers
  @Test
  void aJobOfASubmitterThatDiesAfterItsCommitIsPublishedByTheRelay() {
    site.start(site.node("leader")).awaitReady();
    assertThat(jobsLeftByASubmitterThatDiesAfterItsCommit(site, FaultSettings.promised(AFTER_LOSS)))
        .isZero();
  }

  /**
   * How many jobs are not published in time after their submitter died between commit and publish.
   *
   * @param wait which time that is
   */
  static long jobsLeftByASubmitterThatDiesAfterItsCommit(Site site, Duration wait) {
    site.start(site.submitter("submitter", 3, Submitting.BATCH).crash(CrashPoint.AFTER_COMMIT, 1))
        .awaitCrash();
    assertThat(site.number("SELECT count(*) FROM tenon.jobs")).isEqualTo(3);
    long end = System.nanoTime() + wait.toNanos();
    while (System.nanoTime() < end && site.count(JobStatus.PENDING) > 0) {
      Site.sleep(Duration.ofMillis(20));
    }
    return site.count(JobStatus.PENDING);
  }

  @HurtsServers
  @Test
  void whatIsSubmittedWhileTheBrokerIsAwayIsPublishedWhenItReturns() {
    site.runtime();
    List<Duration> times = new ArrayList<>();
    for (int i = 0; i < FaultSettings.choose(2, 10); i++) {
      if (i % 2 == 0) {
        site.rabbit().stop();
      } else {
        site.rabbit().kill();
      }
      site.submitAll(50, Action.WORK, 1);
      assertThat(site.count(JobStatus.PENDING)).isEqualTo(50);
      site.rabbit().start();
      times.add(site.timeUntilPublished(Site.PATIENCE));
    }
    Figures.report("broker-return", "From the broker's return until 50 jobs are published", times);
    assertThat(times)
        .allSatisfy(time -> assertThat(time).isLessThan(FaultSettings.promised(AFTER_RETURN)));
    site.start(site.worker("worker", 10));
    site.settle(Site.PATIENCE).mustBalance();
  }

  @HurtsServers
  @Tag("full")
  @Test
  void aRestartOfTheBrokerLosesNothing() {
    site.submitAll(50, Action.WORK, 1);
    site.awaitPublished(50);
    site.rabbit().kill();
    site.rabbit().start();
    site.start(site.worker("worker", 10));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(50);
  }

  @SharesServers
  @Test
  void jobsOfAPurgedQueueArePublishedAgain() {
    site.submitAll(LOST, Action.WORK, 1);
    site.awaitPublished(LOST);
    int unused = site.withChannel(c -> c.queuePurge(site.queue()).getMessageCount());
    awaitPointers("purge", "From a purge until " + LOST + " jobs are published again");
  }

  @SharesServers
  @Tag("full")
  @Test
  void jobsOfADeletedQueueArePublishedAgain() {
    site.submitAll(LOST, Action.WORK, 1);
    site.awaitPublished(LOST);
    int unused = site.withChannel(c -> c.queueDelete(site.queue()).getMessageCount());
    awaitPointers("delete", "From the loss of a queue until " + LOST + " jobs are published again");
  }

  @HurtsServers
  @Test
  void jobsOfAWipedBrokerArePublishedAgain() {
    site.submitAll(LOST, Action.WORK, 1);
    site.awaitPublished(LOST);
    site.rabbit().wipe();
    site.rabbit().start();
    awaitPointers(
        "wipe",
        "From the return of a broker without its data until " + LOST + " jobs are published");
  }

  private void awaitPointers(String file, String what) {
    Duration time = site.timeUntilDepth(site.queue(), LOST, Site.PATIENCE);
    Figures.report(file, what, List.of(time));
    assertThat(time).isLessThan(FaultSettings.promised(AFTER_LOSS));
    site.start(site.worker("worker", 10));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(LOST);
  }
}
