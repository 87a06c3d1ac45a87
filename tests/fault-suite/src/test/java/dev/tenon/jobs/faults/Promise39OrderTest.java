package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.operate.JobTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 39: jobs with the same key run one after another, and no line stops. */
@Tag("thorough")
class Promise39OrderTest {

  private static final int LINES = 12;
  private static final int JOBS = 480;

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
  void workersThatDieAtEveryPointNeitherStopALineNorBreakItsOrder() {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(
            CrashPoint.AFTER_CLAIM,
            CrashPoint.BEFORE_OUTCOME,
            CrashPoint.AFTER_OUTCOME,
            CrashPoint.BEFORE_ADVANCE,
            CrashPoint.AFTER_ADVANCE)) {
      // The first passes belong to the start of the process
      dying.add(site.start(worker(point.name(), 3).maintenance(false).crash(point, 5)));
    }
    dying.forEach(Node::awaitReady);
    submit(JOBS, 5, 1);
    dying.forEach(Node::awaitCrash);
    site.start(worker("survivor", 8));
    settleAll(JOBS);
  }

  /** Its submitter is not there any more to open the first jobs of the lines. */
  @SharesServers
  @Test
  void theLinesOfASubmitterThatDiesAfterItsCommitBegin() {
    Node submitter =
        site.start(
            site.submitter("submitter", 30, NodeMain.Submitting.ORDERED)
                .types(FaultJobs.ORDERED)
                .payload(Action.WORK, 1)
                .crash(CrashPoint.BEFORE_ADVANCE, 3));
    submitter.awaitCrash();
    site.start(worker("survivor", 4));
    site.runtime();
    BooksReport books = site.settle(Site.PATIENCE).mustBalance();
    assertThat(books.completed()).isPositive().isEqualTo(books.jobs());
  }

  @SharesServers
  @Test
  void aKilledAndAFrozenWorkerGiveTheirJobsBackInTheirPlaces() {
    List<Node> nodes = new ArrayList<>();
    for (String name : List.of("killed", "frozen", "other")) {
      nodes.add(site.start(worker(name, 4)).awaitReady());
    }
    submit(120, Integer.MAX_VALUE, 300);
    awaitRunning(nodes.get(0));
    nodes.get(0).kill();
    awaitRunning(nodes.get(1));
    nodes.get(1).freeze();
    String frozen = nodes.get(1).workerId();
    await("jobs are taken from it")
        .atMost(Site.PATIENCE)
        .until(
            () ->
                site.number(
                        "SELECT count(*) FROM tenon.job_attempts WHERE outcome = 'lost' AND"
                            + " worker_id = '%s'".formatted(frozen))
                    > 0);
    nodes.get(1).thaw();
    settleAll(120);
  }

  /** Lines are advanced without waiting for the disk. */
  @HurtsServers
  @Test
  void linesGoOnAfterACrashOfPostgres() {
    JobTypes types = site.jobs().types();
    Actor test = Actor.of("test", "no job may run before both workers are there");
    types.pause(FaultJobs.ORDERED.type(), test);
    submit(JOBS, 20, 80);
    site.start(worker("first", 4)).awaitReady();
    site.start(worker("second", 4)).awaitReady();
    types.resume(FaultJobs.ORDERED.type(), test);
    for (int crash = 1; crash <= 3; crash++) {
      int enough = crash * JOBS / 10;
      await().atMost(Site.PATIENCE).until(() -> ended() >= enough);
      site.postgres().kill();
      site.postgres().start();
    }
    settleAll(JOBS);
  }

  @SharesServers
  @Test
  void aLineThatNobodyAdvancesIsCaught() {
    site.breakFunction("leave_lines", "FROM gone g", "FROM gone g WHERE false");
    site.start(worker("worker", 4)).awaitReady();
    submit(2 * LINES, Integer.MAX_VALUE, 1);
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.number("SELECT count(*) FROM tenon.ended_jobs") == LINES);
    assertThat(site.settle(Duration.ofSeconds(4)).lost()).hasSize(LINES);
  }

  @SharesServers
  @Test
  void aJobThatPassesOneThatIsToBeRetriedIsCaught() {
    site.breakFunction("number_lines", "coalesce(t.lets_pass, false)", "true");
    site.start(worker("worker", 4)).awaitReady();
    for (int i = 0; i < 5; i++) {
      submit(i == 0 ? Action.FAIL_ONCE : Action.WORK, 1, "the key");
    }
    BooksReport books = site.settle(Site.PATIENCE);
    assertThat(books.completed()).isEqualTo(5);
    assertThat(books.disordered()).isNotEmpty();
    assertThat(books.balances()).isFalse();
  }

  private Node.Builder worker(String name, int slots) {
    return site.worker(name, slots).types(FaultJobs.ORDERED);
  }

  /**
   * Submits jobs to all lines in turn.
   *
   * @param failEvery one of so many fails once
   */
  private void submit(int count, int failEvery, int millis) {
    for (int i = 0; i < count; i++) {
      submit(
          i % failEvery == failEvery - 1 ? Action.FAIL_ONCE : Action.WORK,
          1 + ThreadLocalRandom.current().nextInt(millis),
          "key " + i % LINES);
    }
  }

  private void submit(Action action, int millis, String key) {
    UUID unused =
        site.submit(
            FaultJobs.ORDERED, new Work(action, millis).inLine(key), SubmitOptions.defaults());
  }

  private void awaitRunning(Node node) {
    String worker = node.workerId();
    await()
        .atMost(Site.PATIENCE)
        .until(
            () ->
                site.number(
                        "SELECT count(*) FROM tenon.live_jobs WHERE status = 'running' AND"
                            + " worker_id = '%s'".formatted(worker))
                    > 0);
  }

  private long ended() {
    return site.number("SELECT count(*) FROM tenon.ended_jobs");
  }

  private void settleAll(int count) {
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(count);
    assertThat(site.number("SELECT count(*) FROM tenon.job_lines")).isZero();
  }
}
