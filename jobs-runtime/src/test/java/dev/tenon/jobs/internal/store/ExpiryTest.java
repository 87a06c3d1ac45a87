package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.store.ExpiryStore.Expired;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that must have started by now are not started any more, and are cancelled. */
@Tag("servers")
class ExpiryTest {

  private static final String TYPE = StoreFixture.TYPE;
  private static final String KNOWN = "ARRAY['" + TYPE + "'], ARRAY[1]";

  private StoreFixture store;
  private ExpiryStore expiry;
  private Leadership leadership;

  @BeforeEach
  void start() {
    store = new StoreFixture();
    expiry = new ExpiryStore(store.database);
    leadership = new LeaderStore(store.database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static NewJob job(NewJob.@Nullable LatestStart latest) {
    return StoreFixture.job(TYPE, 1, "{}").withLatestStart(latest);
  }

  private static NewJob.LatestStart before(Instant time) {
    return new NewJob.LatestStart(null, time);
  }

  private List<UUID> ids(String sql) {
    return store.database.dsl().fetch(sql).getValues(0, UUID.class);
  }

  private @Nullable Object value(String sql, Object... bindings) {
    return store.database.dsl().fetchValue(sql, bindings);
  }

  private Map<JobsOfType, Integer> expireAll() {
    return expiry.expire(leadership, expiry.find(null, 1_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "by pointers | | claim_pointed('w', ARRAY(SELECT id FROM tenon.live_jobs), %s, 10, 1000)",
        "from the table | | claim_due('w', %s, NULL, 10, 1000)",
        "past locked ones | | lock_past(ARRAY['test.store'], %s, '{}', NULL, '{}', 10)",
        "parked | parked_at = now() | claim_due('w', %s, NULL, 10, 1000)",
        "overdue | publish_at = now() - interval '1 hour' | claim_overdue('w', %s, 0, NULL, '{}', 10, 1000)",
        "found to be overdue | publish_at = now() - interval '1 hour' | claim_overdue('w', %s, 0, NULL, ARRAY(SELECT id FROM tenon.live_jobs), 10, 1000)",
        "under limits | limit_key = '' | claim_limited('w', 'test.store', 1, 10, 1000, false)",
        "by pointers in another language | is_external = true | unnest(tenon.lock_pointed(ARRAY(SELECT id FROM tenon.live_jobs), %s, true, now()))",
        "in another language | is_external = true | unnest(tenon.pick_due(%s, '{}', 10, now()))"
      })
  void noClaimStartsThem(String what, @Nullable String change, String claim) {
    List<UUID> jobs =
        store.submit(
            job(before(Instant.EPOCH)), job(null), job(before(Instant.now().plusSeconds(600))));
    if (change != null) {
      store.execute("UPDATE tenon.live_jobs SET " + change);
    }
    List<UUID> fresh =
        ids("SELECT id FROM tenon.live_jobs WHERE (start_before > now()) IS NOT FALSE");
    assertThat(fresh).hasSize(2);
    String call = claim.formatted(KNOWN);
    List<UUID> claimed =
        store
            .database
            .dsl()
            .transactionResult(
                transaction -> {
                  transaction.dsl().execute("SET LOCAL search_path = tenon");
                  return transaction
                      .dsl()
                      .fetch(
                          "SELECT c.id FROM "
                              + (call.startsWith("lock_past") ? "unnest(" + call + ")" : call)
                              + " AS c WHERE c.id IS NOT NULL")
                      .getValues(0, UUID.class);
                });
    assertThat(claimed).as(what).containsExactlyInAnyOrderElementsOf(fresh);
    assertThat(jobs).hasSize(3).containsAll(fresh);
  }

  @Test
  void theyAreCancelledWithTheReason() {
    Instant time = Instant.parse("2020-02-03T04:05:06.789Z");
    NewJob late =
        StoreFixture.unique(
                new NewJob.UniqueKey("key", UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.KEEP))
            .withLatestStart(before(time));
    store.submit(late, job(null), job(new NewJob.LatestStart(Duration.ofHours(1), null)));
    assertThat(expireAll()).containsExactly(Map.entry(new JobsOfType(TYPE, "jobs." + TYPE), 1));
    assertThat(expireAll()).isEmpty();
    assertThat(
            value(
                "SELECT concat_ws(' ', status, error_reason, error_class, error_message,"
                    + " cancel_requested_at, outcome, attempts) FROM tenon.ended_jobs WHERE id = ?",
                late.id()))
        .isEqualTo(
            "cancelled expired No worker had started the job by 2020-02-03T04:05:06.789Z, and it"
                + " must not start later. 0");
    assertThat(ids("SELECT id FROM tenon.live_jobs")).hasSize(2);
    assertThat(value("SELECT count(*) FROM tenon.unique_keys")).isEqualTo(0L);
  }

  @Test
  void thoseThatRunOrHaveRunAreLeftAlone() {
    NewJob job = job(new NewJob.LatestStart(Duration.ofHours(1), null));
    store.submit(job);
    Lease lease = store.claim("w", List.of(job.id())).get(0);
    store.execute("UPDATE tenon.live_jobs SET start_before = now()");
    assertThat(expireAll()).isEmpty();
    assertThat(
            store.outcomes.finish(
                List.of(
                    new AttemptEnd.Retried(
                        lease,
                        new AttemptFailure(
                            dev.tenon.jobs.JobError.Reason.EXCEPTION, "E", "m", "at", "f"),
                        Duration.ofHours(1)))))
        .hasSize(1);
    assertThat(
            value(
                "SELECT count(*) FROM tenon.live_jobs WHERE status = 'pending' AND start_before IS"
                    + " NULL AND start_within_millis IS NULL"))
        .isEqualTo(1L);
  }

  @Test
  void thoseThatAreLockedHoldUpNoOthers() throws SQLException {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(job(before(Instant.EPOCH.plusSeconds(i))));
    }
    store.submit(jobs.toArray(NewJob[]::new));
    try (Connection other = store.postgres.connect()) {
      other.setAutoCommit(false);
      try (PreparedStatement lock =
          other.prepareStatement("SELECT FROM tenon.live_jobs WHERE id = ANY (?) FOR UPDATE")) {
        lock.setArray(
            1, other.createArrayOf("uuid", new Object[] {jobs.get(0).id(), jobs.get(1).id()}));
        lock.execute();
      }
      List<Expired> first = expiry.find(null, 2);
      assertThat(first).extracting(Expired::id).containsExactly(jobs.get(0).id(), jobs.get(1).id());
      assertThat(expiry.expire(leadership, first)).isEmpty();
      List<Expired> next = expiry.find(first.get(1), 10);
      assertThat(next).hasSize(4);
      assertThat(expiry.expire(leadership, next).values()).containsExactly(4);
      other.rollback();
    }
    assertThat(expireAll().values()).containsExactly(2);
  }

  @Test
  void anotherDueTimeGivesThemAnotherTimeToStart() {
    NewJob.UniqueKey key =
        new NewJob.UniqueKey("key", UniqueScope.UNTIL_ENDED, null, DuplicatePolicy.REPLACE_TIME);
    NewJob.LatestStart within = new NewJob.LatestStart(Duration.ofMinutes(10), null);
    NewJob job = StoreFixture.unique(key).withLatestStart(within);
    store.submit(job);
    assertThat(slack()).isEqualTo(600L);
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    WaitingChanges.reschedule(
        store.database.dsl(), store.database.tables(), List.of(job.id()), tomorrow);
    assertThat(slack()).isEqualTo(600L);
    new SubmitStore(store.database)
        .insert(
            List.of(
                StoreFixture.unique(key)
                    .withLatestStart(new NewJob.LatestStart(Duration.ofMinutes(5), null))));
    assertThat(slack()).isEqualTo(300L);
    new SubmitStore(store.database).insert(List.of(StoreFixture.unique(key)));
    assertThat(value("SELECT start_before FROM tenon.live_jobs")).isNull();
  }

  /** The seconds from the due time to the latest start. */
  private @Nullable Object slack() {
    return value("SELECT extract(epoch FROM start_before - run_at)::bigint FROM tenon.live_jobs");
  }

  @Test
  void manyTypesAndPrioritiesAreCountedApart() {
    store.submit(
        job(before(Instant.EPOCH)),
        StoreFixture.limitedJob("k", JobPriority.HIGH, Duration.ofHours(1))
            .withLatestStart(before(Instant.EPOCH)),
        StoreFixture.job("test.other", 1, "{}").withLatestStart(before(Instant.EPOCH)));
    assertThat(expireAll())
        .containsOnly(
            Map.entry(new JobsOfType(TYPE, "jobs." + TYPE), 2),
            Map.entry(new JobsOfType("test.other", "jobs.test.other"), 1));
  }
}
