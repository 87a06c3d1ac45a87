package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 31: a recorded step does not run again, and only the holder of the lease records. */
@Tag("thorough")
@SharesServers
class Promise31RecordedStepTest {

  private static final String LEASE =
      "AND (j.lease = given.lease) IS TRUE AND (j.worker_id = given.worker) IS TRUE";

  private static final int JOBS = 60;

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
  void workersThatDieAtEveryPointRepeatNoRecordedStep() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.BEFORE_STEP_RECORD,
            CrashPoint.AFTER_STEP_RECORD,
            CrashPoint.BEFORE_CURSOR,
            CrashPoint.BEFORE_OUTCOME,
            CrashPoint.AFTER_OUTCOME)) {
      dying.add(site.start(site.worker(point.name(), 4).crash(point, 3)));
    }
    dying.forEach(Node::awaitReady);
    for (int i = 0; i < JOBS; i++) {
      submit(i % 3 == 0 ? Action.FAIL_ONCE : Action.WORK, 1);
    }
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
    assertThat(site.balanceDurable().mustBalance().completed()).isEqualTo(JOBS);
  }

  @Test
  void aSilentWorkerCannotRecordOverTheNewOwner() {
    DurableReport report = lateRecordOfASilentWorker(() -> {}).mustBalance();
    assertThat(report.completed()).isEqualTo(1);
    assertThat(report.runs()).as("both run the first step").isGreaterThan(6);
  }

  @Test
  void recordsUnderAnyLeaseAreCaught() {
    DurableReport report =
        lateRecordOfASilentWorker(() -> site.breakFunction("lock_running", LEASE, ""));
    assertThat(report.changed()).as("%s", report).hasSize(1);
  }

  @Test
  void recordsThatAreNotReadAreCaught() {
    site.start(site.worker("forgetful", 4)).awaitReady();
    site.breakFunction("steps_of_job", "WHERE t.job_id = p_job_id", "WHERE false");
    submit(Action.FAIL_ONCE, 1);
    site.settle(Site.PATIENCE);
    DurableReport report = site.balanceDurable();
    assertThat(report.repeated()).as("%s", report).hasSize(1);
    assertThat(report.changed()).as("%s", report).hasSize(1);
  }

  /**
   * A worker whose heart beats far too seldom is taken for lost in the middle of a step, and
   * records it while another one runs the step.
   *
   * @param sabotage is done once the database has its schema
   */
  private DurableReport lateRecordOfASilentWorker(Runnable sabotage) {
    Node silent =
        site.start(site.worker("silent", 1).maintenance(false).heartbeat(Duration.ofMinutes(10)))
            .awaitReady();
    sabotage.run();
    UUID id = submit(Action.STUBBORN, 45_000);
    silent.awaitStarted(id);
    Node owner = site.start(site.worker("owner", 1));
    owner.awaitStarted(id);
    silent.process().awaitLine((Node.RETURNED + id)::equals, Site.PATIENCE.multipliedBy(2));
    BooksReport unused = site.settle(Site.PATIENCE.multipliedBy(2));
    return site.balanceDurable();
  }

  private UUID submit(Action action, int millis) {
    return site.submit(FaultJobs.DURABLE, action, millis, SubmitOptions.defaults());
  }
}
