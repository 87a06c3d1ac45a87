package dev.tenon.jobs.internal.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.WorkerStore;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What runs is found by the claims, also after heartbeats have deleted those whose jobs have ended
 * or were claimed again.
 */
@Tag("servers")
class RunningJobsTest {

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = new StoreFixture();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void claim(String worker, UUID id) {
    assertThat(store.claim(worker, List.of(id))).hasSize(1);
  }

  /** Ends the attempt; the job waits again. */
  private void giveBack(UUID id) {
    store.execute(
        "SELECT FROM tenon.live_jobs j, LATERAL tenon.end_attempts(ARRAY[j.id], ARRAY[j.lease],"
            + " ARRAY[j.worker_id], '{released}', '{pending}') WHERE j.id = ?",
        id);
  }

  private void complete(UUID id) {
    store.execute(
        "SELECT FROM tenon.live_jobs j, LATERAL tenon.end_attempts(ARRAY[j.id], ARRAY[j.lease],"
            + " ARRAY[j.worker_id], '{completed}', '{completed}') WHERE j.id = ?",
        id);
  }

  /** How many claims are left once the worker has forgotten what it may. */
  private long claimsLeft(String worker) {
    new WorkerStore(store.database).forgetClaims(worker);
    return (Long)
        store
            .database
            .planned()
            .fetchValue("SELECT count(*) FROM tenon.claims WHERE worker_id = ?", worker);
  }

  private void assertRunning(UUID... ids) {
    JobQuery query = JobQuery.all().withStatus(JobStatus.RUNNING);
    assertThat(store.reads.list(query).items())
        .extracting(job -> job.id())
        .containsExactlyInAnyOrder(ids);
    assertThat(new MonitorStore(store.database).list(query).items())
        .extracting(job -> job.id())
        .containsExactlyInAnyOrder(ids);
  }

  @Test
  void theOneOfAClaimThatRunsStillIsFound() {
    List<UUID> ids = store.submit(2);
    assertThat(store.claim("w", ids)).hasSize(2);
    assertRunning(ids.get(0), ids.get(1));
    complete(ids.get(0));
    assertThat(claimsLeft("w")).isEqualTo(1);
    assertRunning(ids.get(1));
    complete(ids.get(1));
    assertThat(claimsLeft("w")).isZero();
    assertRunning();
  }

  @Test
  void aJobThatWasClaimedAgainIsFoundOnceByTheSameWorkerAndByAnother() {
    UUID id = store.submit(1).get(0);
    claim("w", id);
    giveBack(id);
    claim("w", id);
    assertRunning(id);
    assertThat(claimsLeft("w")).isEqualTo(1);
    assertRunning(id);
    giveBack(id);
    claim("other", id);
    assertRunning(id);
    assertThat(claimsLeft("w")).isZero();
    assertThat(claimsLeft("other")).isEqualTo(1);
    assertRunning(id);
  }

  /** Its claim has an earlier time than the one that it replaces. */
  @Test
  void aJobThatWasClaimedInAnOlderTransactionIsFound() throws Exception {
    UUID id = store.submit(1).get(0);
    try (Connection older = store.postgres.connect();
        Statement statement = older.createStatement()) {
      older.setAutoCommit(false);
      statement.execute("SELECT now()");
      claim("w", id);
      giveBack(id);
      statement.execute(
          "SELECT FROM tenon.claim_pointed('w', ARRAY['%s']::uuid[], ARRAY['%s'], ARRAY[1], 1, 1000)"
              .formatted(id, StoreFixture.TYPE));
      older.commit();
    }
    assertRunning(id);
    assertThat(claimsLeft("w")).isPositive();
    assertRunning(id);
    complete(id);
    assertThat(claimsLeft("w")).isZero();
  }

  @Test
  void aJobOfAWorkerInAnotherLanguageIsFound() {
    UUID id = store.submit(1).get(0);
    store.execute("UPDATE by_test.jobs SET external_policy = '{}'");
    store.execute(
        "SELECT tenon.grant_worker(current_user, ARRAY['%s'])".formatted(StoreFixture.TYPE));
    store.execute("SELECT tenon.heartbeat('python')");
    store.execute(
        "SELECT tenon.claim('python', ARRAY['%s'], ARRAY[1], 1, NULL)"
            .formatted(StoreFixture.TYPE));
    assertRunning(id);
    store.execute("SELECT tenon.heartbeat('python')");
    assertRunning(id);
  }
}
