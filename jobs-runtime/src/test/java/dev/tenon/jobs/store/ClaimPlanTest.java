package dev.tenon.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a claim by pointers costs does not depend on how many jobs wait, nor on statistics. */
class ClaimPlanTest {

  private static final int BACKLOG = 30_000;
  private static final int CLAIMS = 20;
  private static final int POINTERS = 10;

  private StoreFixture store;

  @BeforeEach
  void start() {
    store = new StoreFixture();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"never analyzed", "analyzed", "analyzed while it was empty"})
  void aClaimByPointersReadsOnlyWhatItClaims(String statistics) {
    store.execute("ALTER TABLE tenon.jobs SET (autovacuum_enabled = false)");
    if (statistics.equals("analyzed while it was empty")) {
      store.execute("ANALYZE tenon.jobs");
    }
    store.execute(
        "INSERT INTO tenon.jobs (id, type, routing_key, status, priority, payload, payload_bytes,"
            + " submitted_by, max_attempts, retention_seconds)"
            + " SELECT gen_random_uuid(), '"
            + StoreFixture.TYPE
            + "', 'jobs.x', 'queued', 1, '{}', 2, 'tester', 3, 60 FROM generate_series(1, "
            + BACKLOG
            + ")");
    if (statistics.equals("analyzed")) {
      store.execute("ANALYZE tenon.jobs");
    }
    List<UUID> ids =
        store
            .database
            .dsl()
            .fetch("SELECT id FROM tenon.jobs LIMIT " + CLAIMS * POINTERS)
            .getValues(0, UUID.class);
    long before = readByIndex("jobs_claimable") + readByScan();
    for (int i = 0; i < CLAIMS; i++) {
      List<UUID> pointers = ids.subList(i * POINTERS, (i + 1) * POINTERS);
      assertThat(store.claim("w", pointers)).hasSize(POINTERS);
    }
    await()
        .untilAsserted(
            () -> assertThat(readByIndex("jobs_pkey")).isGreaterThanOrEqualTo(CLAIMS * POINTERS));
    assertThat(readByIndex("jobs_claimable") + readByScan() - before)
        .as("rows that were read otherwise than by their ids")
        .isLessThan(BACKLOG);
  }

  private long readByIndex(String index) {
    return number(
        "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = '" + index + "'");
  }

  private long readByScan() {
    return number("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'jobs'");
  }

  private long number(String sql) {
    return store.database.dsl().fetchOne(sql).get(0, Long.class);
  }
}
