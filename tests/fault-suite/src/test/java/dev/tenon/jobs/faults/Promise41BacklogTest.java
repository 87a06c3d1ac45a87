package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.NodeMain.Submitting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 41: no more jobs wait than the bound of their type allows. */
@Tag("thorough")
class Promise41BacklogTest {

  private static final int MAX = FaultJobs.BOUNDED.backlog().orElseThrow().max();
  private static final int SUBMITTERS = 3;

  /** Jobs that a dead worker had claimed wait again, beside those that have filled their room. */
  private static final int CLAIMED = 40;

  private static final int JOBS_OF_ONE = 60;
  private static final String REFUSED = "BacklogFullException";

  private Site site;

  @BeforeEach
  void open() {
    site = new Site();
    site.runtime();
  }

  @AfterEach
  void close() {
    site.close();
  }

  private Node.Builder submitter(int number) {
    return site.submitter("submitter-" + number, JOBS_OF_ONE, Submitting.SINGLE)
        .types(FaultJobs.BOUNDED)
        .payload(Action.WORK, 20);
  }

  @SharesServers
  @Test
  void submittersThatAreTooFastAreRefusedAndLoseNothing() {
    List<Node> submitters = new ArrayList<>();
    for (int i = 0; i < SUBMITTERS; i++) {
      submitters.add(site.start(submitter(i)));
    }
    submitters.forEach(each -> each.awaitLogged(REFUSED, Node.PATIENCE));
    // Each has seen at least its own jobs
    assertThat(waiting()).isBetween((long) MAX, (long) MAX * SUBMITTERS);
    Node first = site.start(site.worker("first", 2).types(FaultJobs.BOUNDED)).awaitReady();
    site.start(site.worker("second", 2).types(FaultJobs.BOUNDED)).awaitReady();
    long most = 0;
    while (site.count(JobStatus.COMPLETED) < JOBS_OF_ONE) {
      most = Math.max(most, waiting());
    }
    first.kill();
    submitters.get(0).kill();
    for (Node each : submitters.subList(1, SUBMITTERS)) {
      while (!each.logged(Node.SUBMITTED)) {
        most = Math.max(most, waiting());
        Site.sleep(Duration.ofMillis(5));
      }
    }
    assertThat(most).isLessThanOrEqualTo((long) MAX * SUBMITTERS + CLAIMED);
    BooksReport books = site.settle(Site.PATIENCE).mustBalance();
    assertThat(books.completed()).isEqualTo(books.jobs());
    assertThat(books.submitted()).isGreaterThanOrEqualTo((SUBMITTERS - 1) * JOBS_OF_ONE);
  }

  @SharesServers
  @Test
  void theOldestAreDroppedWhileNobodyWorks() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      ids.add(site.submit(FaultJobs.DROPPING, Action.WORK, 1, SubmitOptions.defaults()));
    }
    await().atMost(Site.PATIENCE).until(() -> waiting() == MAX);
    site.start(site.worker("late", 5).types(FaultJobs.DROPPING));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(MAX);
    assertThat(
            site.values(
                "SELECT id FROM tenon.ended_jobs WHERE status = 'cancelled' AND error_reason ="
                    + " 'dropped'"))
        .containsExactlyInAnyOrderElementsOf(
            ids.subList(0, 40).stream().map(UUID::toString).toList());
    assertThat(site.count(JobStatus.CANCELLED)).isEqualTo(40);
  }

  @SharesServers
  @Test
  void aBoundThatNobodyKeepsIsCaught() {
    site.breakFunction("backlog_of", "v_max > 0", "false");
    Node submitter = site.start(submitter(0));
    submitter.awaitSubmitted();
    assertThat(submitter.logged(REFUSED)).isFalse();
    assertThat(waiting()).isEqualTo(JOBS_OF_ONE).isGreaterThan(MAX);
  }

  private long waiting() {
    return site.number("SELECT count(*) FROM tenon.live_jobs WHERE status <> 'running'");
  }
}
