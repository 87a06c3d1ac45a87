package dev.tenon.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobStatus;
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

/** Promise 35: a job that waits starts when its signal or its time has come, whatever was lost. */
@Tag("thorough")
class Promise35WaitTest {

  private static final int JOBS = 30;
  private static final String FIRST = DurableHandler.GO_KEYS.get(0);
  private static final String SECOND = DurableHandler.GO_KEYS.get(1);

  private Site site;
  private DurableHelp help;

  @BeforeEach
  void open() {
    site = new Site();
    help = new DurableHelp(site);
  }

  @AfterEach
  void close() {
    site.close();
  }

  @HurtsServers
  @Test
  void jobsThatWaitSurviveEverything() {
    site.runtime();
    Node worker = site.start(site.worker("worker", 10)).awaitReady();
    List<UUID> ids = submit(Action.AWAIT, 1, JOBS);
    awaitWaiting(JOBS);
    worker.kill();
    site.rabbit().wipe();
    site.rabbit().start();
    site.postgres().kill();
    site.postgres().start();
    // Nobody works
    ids.forEach(id -> help.send(id, FIRST));
    site.postgres().stop();
    site.postgres().start();
    site.start(site.worker("next", 10));
    await().atMost(Site.PATIENCE).until(() -> Ledger.count(site.folder(), "tokens") >= JOBS);
    ids.forEach(id -> help.send(id, SECOND));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
    site.balanceDurable().mustBalance();
  }

  @SharesServers
  @Test
  void aJobThatWaitsHoldsNoSlotAndCountsNoAttempt() {
    site.runtime();
    site.start(site.worker("worker", 1)).awaitReady();
    List<UUID> ids = submit(Action.AWAIT, 1, 5);
    awaitWaiting(5);
    UUID other = site.submit(Action.WORK, 1);
    site.awaitStatus(other, JobStatus.COMPLETED);
    for (UUID id : ids) {
      help.send(id, FIRST);
      help.send(id, SECOND);
      site.awaitStatus(id, JobStatus.COMPLETED);
      assertThat(site.jobs().get(id).attempts()).isEqualTo(1);
      assertThat(site.jobs().attempts(id))
          .extracting(JobAttempt::outcome)
          .contains(JobAttempt.Outcome.SUSPENDED)
          .endsWith(JobAttempt.Outcome.COMPLETED);
    }
    site.settle(Site.PATIENCE).mustBalance();
    site.balanceDurable().mustBalance();
  }

  @SharesServers
  @Test
  void aTimeThatPassesWhileNobodyIsThereIsNotMissed() {
    Node worker = site.start(site.worker("worker", 10)).awaitReady();
    List<UUID> sleeping = submit(Action.WORK, 3_000, JOBS);
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.number("SELECT count(*) FROM tenon.job_steps WHERE kind = 'sleep'") > 5);
    worker.kill();
    Site.sleep(Duration.ofSeconds(4));
    site.start(site.worker("next", 10));
    sleeping.forEach(id -> site.awaitStatus(id, JobStatus.COMPLETED));
    site.settle(Site.PATIENCE).mustBalance();
    site.balanceDurable().mustBalance();
  }

  @SharesServers
  @Test
  void aSignalAtTheMomentAtWhichTheTimePassesCountsOnceOrNotAtAll() {
    site.runtime();
    site.start(site.worker("worker", 10)).awaitReady();
    List<UUID> ids = submit(Action.AWAIT, 400, JOBS);
    ids.forEach(id -> help.send(id, FIRST));
    await()
        .atMost(Site.PATIENCE)
        .until(() -> site.number("SELECT count(*) FROM tenon.job_steps WHERE name = 'either'") > 0);
    Site.sleep(Duration.ofMillis(350));
    for (UUID id : ids) {
      String unused = DurableSubmits.deliver(site.jobs(), id, DurableJobs.STOP, "");
    }
    ids.forEach(id -> help.send(id, SECOND));
    assertThat(site.settle(Site.PATIENCE).mustBalance().completed()).isEqualTo(JOBS);
    site.balanceDurable().mustBalance();
  }

  @SharesServers
  @Test
  void signalsThatWakeNobodyAreCaught() {
    site.runtime();
    site.start(site.worker("worker", 10)).awaitReady();
    site.breakFunction("has_awaited_signal", "RETURN EXISTS (", "RETURN false AND EXISTS (");
    List<UUID> ids = submit(Action.AWAIT, 1, 3);
    awaitWaiting(3);
    ids.forEach(id -> help.send(id, FIRST));
    ids.forEach(id -> help.send(id, SECOND));
    assertThat(site.settle(Duration.ofSeconds(8)).lost()).hasSize(3);
  }

  @SharesServers
  @Test
  void timesThatAreForgottenAreCaught() {
    site.runtime();
    site.start(site.worker("worker", 10)).awaitReady();
    site.breakFunction("resume_time", "min(coalesce(t.until, never()))", "min(never())");
    List<UUID> ids = submit(Action.WORK, 500, 3);
    assertThat(site.settle(Duration.ofSeconds(8)).lost()).hasSameSizeAs(ids);
  }

  private void awaitWaiting(int count) {
    await()
        .atMost(Site.PATIENCE)
        .until(
            () ->
                site.number(
                        "SELECT count(*) FROM tenon.job_steps s JOIN tenon.live_jobs j ON j.id = s.job_id"
                            + " WHERE s.state = 'waiting' AND j.status = 'pending'")
                    == count);
  }

  private List<UUID> submit(Action action, int millis, int count) {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(site.submit(FaultJobs.DURABLE, action, millis, SubmitOptions.defaults()));
    }
    return ids;
  }
}
