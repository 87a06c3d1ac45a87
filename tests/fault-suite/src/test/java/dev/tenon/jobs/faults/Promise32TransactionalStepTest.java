package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 32: what a step writes in its transaction and its record are committed once, together.
 */
@Tag("thorough")
class Promise32TransactionalStepTest {

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

  @SharesServers
  @Test
  void workersThatDieAroundTheCommitBookEachJobOnce() {
    DurableReport report = bookingsOfDyingWorkers(null).mustBalance();
    assertThat(report.completed()).isEqualTo(JOBS);
    assertThat(site.number("SELECT count(*) FROM public.bookings")).isEqualTo(JOBS);
  }

  @SharesServers
  @Test
  void aCommitBeforeTheRecordIsCaught() {
    DurableReport report = bookingsOfDyingWorkers(BrokenVariant.COMMIT_BEFORE_RECORD);
    assertThat(report.bookedWrongly()).as("%s", report).isNotEmpty();
  }

  private DurableReport bookingsOfDyingWorkers(BrokenVariant variant) {
    List<Node> dying = new ArrayList<>();
    for (CrashPoint point :
        List.of(CrashPoint.AMID_STEP_TRANSACTION, CrashPoint.AFTER_STEP_TRANSACTION)) {
      Node.Builder builder = site.worker(point.name(), 4).crash(point, 3);
      dying.add(site.start(variant == null ? builder : builder.variant(variant)));
    }
    dying.forEach(Node::awaitReady);
    submitAll();
    dying.forEach(Node::awaitCrash);
    site.start(site.worker("survivor", 10));
    BooksReport unused = site.settle(Site.PATIENCE).mustBalance();
    return site.balanceDurable();
  }

  @HurtsServers
  @Test
  void aDatabaseThatIsKilledAmidTransactionsHasEachBookingOnce() {
    site.start(site.worker("worker", 10)).awaitReady();
    for (int i = 0; i < FaultSettings.choose(2, 5); i++) {
      submitAll();
      site.postgres().kill();
      site.postgres().start();
    }
    BooksReport books = site.settle(Site.PATIENCE).mustBalance();
    DurableReport report = site.balanceDurable().mustBalance();
    assertThat(report.completed()).isEqualTo(books.completed());
    assertThat(site.number("SELECT count(*) FROM public.bookings")).isEqualTo(report.completed());
  }

  private void submitAll() {
    for (int i = 0; i < JOBS; i++) {
      Action action = i % 3 == 0 ? Action.FAIL_ONCE : Action.WORK;
      // The pool may still hold connections to the server that was killed
      await()
          .atMost(Site.PATIENCE)
          .pollDelay(Duration.ZERO)
          .ignoreException(JobStoreException.class)
          .until(() -> site.submit(FaultJobs.DURABLE, action, 1, SubmitOptions.defaults()) != null);
    }
  }
}
