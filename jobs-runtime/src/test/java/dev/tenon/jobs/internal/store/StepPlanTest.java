package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What it costs to record a step, to wait, to send a signal and to claim does not depend on how
 * many jobs wait for signals, nor on how many steps and signals are kept. The plans were made while
 * the tables were empty.
 */
@Tag("servers")
@Tag("thorough")
class StepPlanTest {

  private static final int WAITING = 10_000;
  private static final int CALLS = 20;

  /** If one of the calls reads all of a table, that is more than all calls may read. */
  private static final int MAX_ROWS = 5_000;

  private static final List<String> TABLES =
      List.of("live_jobs", "job_data", "ended_jobs", "job_steps", "job_signals", "job_cursors");

  private StoreFixture store;
  private StepStore steps;
  private SignalStore signals;

  @BeforeEach
  void open() {
    store = StoreFixture.withPool();
    store.withoutAutovacuum();
    for (String table : List.of("job_steps", "job_signals", "job_cursors")) {
      store.execute("ALTER TABLE tenon." + table + " SET (autovacuum_enabled = false)");
    }
    steps = new StepStore(store.database);
    signals = new SignalStore(store.database);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** All that the tests call, for one job; it ends as suspended. */
  private void allCalls(Lease lease) {
    record(lease);
    assertThat(steps.read(lease.jobId()).steps()).hasSize(1);
    assertThat(steps.saveCursors(List.of(new NewCursor(lease, 1, "1")))).hasSize(1);
    suspend(lease);
    send(lease.jobId());
    assertThat(signals.sweep(10).isNothing()).isTrue();
  }

  private void record(Lease lease) {
    assertThat(
            steps.record(
                new NewStep(
                    lease, "a", "", Kind.STEP, State.DONE, 1, 1, 0, Duration.ZERO, "1", null)))
        .isTrue();
  }

  private void suspend(Lease lease) {
    assertThat(
            steps
                .await(new NewWait(lease, "payment", "", 1, 2, List.of("paid"), null))
                .orElseThrow()
                .state())
        .isEqualTo(State.WAITING);
    assertThat(store.outcomes.finish(List.of(new AttemptEnd.Suspended(lease)))).hasSize(1);
  }

  private void send(UUID jobId) {
    assertThat(
            signals
                .send(new NewSignal("s", "paid", "", 1, "1", "tester"), List.of(jobId), false)
                .startable()
                .pointers())
        .hasSize(1);
  }

  @Test
  void nothingReadsTheJobsThatWait() {
    allCalls(store.claim("w", store.submit(1)).get(0));
    assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, 10, Long.MAX_VALUE)).isNotEmpty();
    store.insertMany(StoreFixture.TYPE, 1, "tenon.never()", "NULL", WAITING);
    store.execute(
        "UPDATE /* by the test */ tenon.live_jobs SET status = 'pending' WHERE run_at = tenon.never()");
    store.execute(
        "INSERT INTO tenon.job_steps (job_id, name, kind, state, version, lease, number, started_at, signals)"
            + " SELECT id, 'payment', 'wait', 'waiting', 1, 1, 1, now(), '{paid}' FROM tenon.live_jobs"
            + " WHERE run_at = tenon.never()");
    store.execute(
        "INSERT INTO tenon.job_steps (job_id, name, step_key, kind, state, version, lease, number, started_at)"
            + " SELECT gen_random_uuid(), 'pack', '', 'step', 'done', 1, 1, n, now() FROM generate_series(1, 20000) n");
    store.execute(
        "INSERT INTO tenon.job_signals (job_id, id, name, payload, sent_by, is_new)"
            + " SELECT gen_random_uuid(), 'x', 'paid', '1', 'tester', false FROM generate_series(1, 20000) n");
    store.execute(
        "INSERT INTO tenon.job_cursors (job_id, version, lease, value, saved_at)"
            + " SELECT gen_random_uuid(), 1, 1, '1', now() FROM generate_series(1, 20000) n");
    List<Lease> leases = new ArrayList<>(store.claim("w", store.submit(CALLS)));
    readLittle("records", leases, this::record);
    readLittle("reads", leases, lease -> steps.read(lease.jobId()));
    readLittle(
        "cursors", leases, lease -> steps.saveCursors(List.of(new NewCursor(lease, 1, "1"))));
    readLittle("waits", leases, this::suspend);
    readLittle("sends", leases, lease -> send(lease.jobId()));
    readLittle("sweeps", leases, lease -> signals.sweep(10));
    readLittle("retries of no job", leases, lease -> signals.wake(List.of(lease.jobId())));
    List<Lease> claimed = new ArrayList<>();
    readLittle(
        "claims",
        leases,
        lease ->
            store
                .claims
                .claimDue("w", StoreFixture.KNOWN, 1, Long.MAX_VALUE)
                .forEach(job -> claimed.add(job.lease())));
    assertThat(claimed).hasSize(CALLS);
    readLittle(
        "claims that find nothing",
        leases,
        lease ->
            assertThat(store.claims.claimDue("w", StoreFixture.KNOWN, 1, Long.MAX_VALUE))
                .isEmpty());
  }

  private void readLittle(String what, List<Lease> leases, Consumer<Lease> call) {
    long before = settledReads();
    leases.forEach(call);
    assertThat(settledReads() - before).as(what).isLessThan(MAX_ROWS);
  }

  /** PostgreSQL publishes what was read a moment later. */
  private long settledReads() {
    store.publishReads();
    long[] last = {store.rowsRead(TABLES)};
    Awaitility.await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(1100))
        .until(
            () -> {
              store.publishReads();
              long now = store.rowsRead(TABLES);
              boolean isSettled = now == last[0];
              last[0] = now;
              return isSettled;
            });
    return last[0];
  }
}
