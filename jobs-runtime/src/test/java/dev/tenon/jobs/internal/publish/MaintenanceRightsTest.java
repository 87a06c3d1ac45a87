package dev.tenon.jobs.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.flow.LimitKeyStore;
import dev.tenon.jobs.internal.flow.MissingKeyStore;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.TaskStore;
import dev.tenon.jobs.internal.operate.AuditStore;
import dev.tenon.jobs.internal.operate.BacklogStore;
import dev.tenon.jobs.internal.operate.HealthStore;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.operate.StatisticsStore;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schema.Rights;
import dev.tenon.jobs.internal.schema.StartStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.internal.store.HeartbeatStore.Heartbeats;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The statements of the maintenance and of publishing, over control connections whose user has
 * exactly the rights that the start asks for.
 */
@Tag("servers")
class MaintenanceRightsTest {

  private static final int ALL = 100;

  private final StoreFixture store = new StoreFixture();
  private final String role = "control_" + UUID.randomUUID().toString().replace("-", "");
  private Database database;
  private PublishStore publishes;
  private Leadership leadership;

  @BeforeEach
  void open() {
    store.execute("CREATE ROLE %s LOGIN PASSWORD 'secret'".formatted(role));
    store.execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenon FROM PUBLIC");
    DataSource control = asRole();
    Rights.missing(
            StartStore.look(control, "tenon", StartStore::schema),
            "tenon",
            role,
            EnumSet.of(Rights.BACKGROUND, Rights.MAINTENANCE))
        .forEach(store::execute);
    database = new Database(store.postgres.dataSource(), control, control, "tenon");
    publishes = new PublishStore(database);
    leadership = new LeaderStore(database).acquire("h", Duration.ofMinutes(10)).orElseThrow();
  }

  @AfterEach
  void close() {
    store.execute("DROP OWNED BY " + role);
    store.execute("DROP ROLE " + role);
    store.close();
  }

  private DataSource asRole() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(store.postgres.url());
    source.setUser(role);
    source.setPassword("secret");
    return source;
  }

  private void submit(NewJob... jobs) {
    new SubmitStore(store.database).insert(List.of(jobs));
  }

  @Test
  void jobsGetTheirKeys() {
    store.limit(10, "", 10, "10/60");
    String payload = "{\"key\":\"a\"}";
    submit(
        StoreFixture.limitedJob("", JobPriority.NORMAL, null, payload, null),
        StoreFixture.limitedJob("", JobPriority.NORMAL, null, payload, null));
    assertThat(store.claimLimited("w", 1)).hasSize(1);
    MissingKeyStore keys = new MissingKeyStore(database);

    assertThat(keys.keyedNames()).hasSize(1);
    assertThat(keys.giveKeys(leadership, keys.keyedNames().get(0), null, ALL).count()).isEqualTo(2);
  }

  @Test
  void keysFollowTheLimitsOfTheirTypes() {
    LimitKeyStore keys = new LimitKeyStore(database);
    store.claim("w", store.submit(1));
    store.submit(1);
    store.limit(10, "", 10, "10/60");
    assertThat(keys.hasLimits()).isTrue();
    assertThat(keys.adjust(leadership, ALL)).isPositive();
    store.limit(0, 0);
    store.execute("UPDATE tenon.job_types SET limit_by = NULL");
    assertThat(keys.adjust(leadership, ALL)).isEqualTo(2);
    for (String expiry : List.of("now() - interval '2 minutes'", "now() + interval '1 second'")) {
      store.execute(
          "INSERT INTO tenon.limited_starts (type, of_key, limit_key, of_costs, seconds,"
              + " expires_at, last_at, units) VALUES ('x', true, 'a', false, 1, "
              + expiry
              + ", now(), 1)");
    }
    assertThat(keys.forgetStarts(leadership, ALL)).isEqualTo(1);
  }

  @Test
  void uniqueKeysAreClearedAndJobsAreDeleted() {
    RetentionStore retention = new RetentionStore(database);
    NewJob unique =
        StoreFixture.unique(
            new NewJob.UniqueKey(
                "key", UniqueScope.UNTIL_ENDED, Duration.ofDays(1), DuplicatePolicy.KEEP));
    submit(unique);
    store.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'completed', worker_id = 'w', lease ="
            + " 1, unique_until = now() - interval '1 s'");
    store.execute(
        "INSERT INTO tenon.unique_keys VALUES ('key', ?, now() - interval '1 s')"
            + " ON CONFLICT (unique_key) DO UPDATE SET unique_until = excluded.unique_until",
        unique.id());
    assertThat(retention.isAnythingExpired()).isTrue();
    assertThat(retention.clearKeys(leadership, ALL).count()).isEqualTo(1);

    store.execute(
        "UPDATE /* by the test */ tenon.ended_jobs SET delete_at = now() - interval '1 s'");
    assertThat(retention.prune(leadership, ALL).count()).isEqualTo(1);
    assertThat(retention.pruneWorkflows(leadership, ALL).count()).isZero();
    assertThat(new AuditStore(database).prune(leadership, ALL)).isZero();
    assertThat(new StatisticsStore(database).rollUp(leadership)).isFalse();
  }

  @Test
  void jobsOfLostWorkersAreTaken() {
    RescueStore workers = new RescueStore(database);
    new WorkerStore(store.database).register("w", "here", 1, 10, Map.of());
    store.claim("w", store.submit(1));
    store.execute("UPDATE tenon.workers SET heartbeat_at = now() - interval '1 day'");
    Heartbeats heartbeats = new HeartbeatStore(database).heartbeats(true);
    List<Silent> silent =
        heartbeats.beats().stream().map((Beat each) -> new Silent(each, true)).toList();
    assertThat(workers.rescue(leadership, silent, 3, ALL)).hasSize(1);
    workers.rescueFree(leadership, silent, 3, ALL, none -> assertThat(none).isEmpty());
    assertThat(workers.forgetLost(silent, Duration.ofHours(1))).isEqualTo(1);
  }

  @Test
  void pointersArePublished() {
    List<UUID> ids = store.submit(3);
    assertThat(publishes.visibleAmong(ids)).hasSize(3);
    List<JobPointer> pointers = publishes.pendingAmong(ids);
    assertThat(pointers).hasSize(3);
    publishes.postpone(pointers, Duration.ZERO);
    DueStore.Due due = new DueStore(database).due();
    assertThat(new UnpublishedStore(database).find(due.kinds(), ALL, List.of()).pointers())
        .hasSize(3);
    publishes.markQueued(StoreFixture.eachAlone(pointers));
    publishes.markQueuedAgain(StoreFixture.eachAlone(pointers));
    assertThat(publishes.queuedAmong(ids)).hasSize(3);
    assertThat(publishes.firstRoutingKeys()).hasSize(1);
    assertThat(publishes.queuedFor(Duration.ZERO, ALL)).hasSize(3);
    assertThat(publishes.count(leadership, null, Instant.now(), ALL).counted()).isNotEmpty();
    assertThat(
            publishes
                .queued(
                    leadership,
                    due.kinds(),
                    List.of("jobs." + StoreFixture.TYPE),
                    Duration.ZERO,
                    ALL)
                .pointers())
        .hasSize(3);
    store.execute("INSERT INTO tenon.skipped_jobs (job_id) VALUES (?)", ids.get(0));
    assertThat(new SkippedJobStore(database).returnFree()).isTrue();
    assertThat(publishes.pendingAmong(ids)).hasSize(1);
  }

  @Test
  void theStateIsReadAndNoted() {
    store.submit(1);
    TaskStore tasks = new TaskStore(database);
    tasks.done(List.of(new TaskStore.Done("a", Duration.ofSeconds(1), Duration.ZERO, true)));
    tasks.failed("b", Duration.ofSeconds(1), "no");
    assertThat(tasks.list()).hasSize(2);
    assertThat(tasks.failingSchedules()).isZero();
    HealthStore health = new HealthStore(database);
    assertThat(health.served(Duration.ofMinutes(1)).versions()).isEmpty();
    assertThat(health.waiting()).hasSize(1);
    assertThat(health.paused(ALL)).isEmpty();
    assertThat(health.openTransactions(Duration.ofHours(1), ALL)).isEmpty();
    assertThat(health.failed(Duration.ofHours(1), ALL)).isZero();
    assertThat(new BacklogStore(database).read()).hasSize(1);
    assertThat(new ScheduledRunStore(database).due()).isEmpty();
    assertThat(new ScheduledRunStore(database).planned()).isEmpty();
    new ScheduledRunStore(database).failed("none", "no");
    new LeaderStore(database).release(leadership);
  }
}
