package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.faults.FaultJobs.Action;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 38: a job that must start before a time does not start later, and is cancelled. */
@Tag("thorough")
class Promise38LateJobsTest {

  private static final int JOBS = 200;
  private static final SubmitOptions SOON =
      SubmitOptions.defaults().withStartWithin(Duration.ofSeconds(4));

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

  @SharesServers
  @Test
  void lateJobsAreCancelledAndThoseOfADeadWorkerRunAgain() {
    Node first = site.start(site.worker("first", 2)).awaitReady();
    site.start(site.worker("second", 2)).awaitReady();
    submit(JOBS, 250);
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.count(JobStatus.COMPLETED) >= 8 || site.unfinished() == 0);
    first.kill();
    BooksReport books = site.settle(Site.PATIENCE).mustBalance();
    assertThat(books.completed()).isPositive().isLessThan(JOBS);
    assertThat(site.count(JobStatus.CANCELLED)).isEqualTo(JOBS - books.completed());
    assertThat(
            site.number(
                "SELECT count(*) FROM tenon.ended_jobs WHERE status = 'cancelled' AND (attempts > 0"
                    + " OR lease > 0 OR error_reason IS DISTINCT FROM 'expired')"))
        .isZero();
  }

  @HurtsServers
  @Test
  void lateJobsAreCancelledWhenPostgresIsBack() {
    site.awaitConnected();
    submit(20, 1);
    site.postgres().stop();
    Site.sleep(Duration.ofSeconds(5));
    site.postgres().start();
    site.start(site.worker("late", 10));
    site.settle(Site.PATIENCE).mustBalance();
    assertThat(site.count(JobStatus.CANCELLED)).isEqualTo(20);
  }

  @SharesServers
  @Test
  void aClaimThatStartsLateJobsIsCaught() {
    site.breakFunction("expired_jobs", "j.start_before <= now()", "false");
    site.breakFunction("claim_due", "AND (j.start_before > now()) IS NOT FALSE", "");
    submit(3, 1);
    Site.sleep(Duration.ofSeconds(5));
    // Without RabbitMQ, it takes jobs from the table
    site.start(site.worker("late", 10).amqpUris());
    assertThat(site.settle(Site.PATIENCE).late()).isNotEmpty();
  }

  @SharesServers
  @Test
  void lateJobsThatNobodyCancelsAreCaught() {
    site.breakFunction("expired_jobs", "j.start_before <= now()", "false");
    submit(3, 1);
    Site.sleep(Duration.ofSeconds(5));
    site.start(site.worker("late", 10)).awaitReady();
    assertThat(site.settle(Duration.ofSeconds(8)).completed()).isZero();
    assertThat(site.unfinished()).isEqualTo(3);
  }

  private void submit(int count, int millis) {
    for (int i = 0; i < count; i++) {
      site.submit(FaultJobs.WORK, Action.WORK, millis, SOON);
    }
  }
}
