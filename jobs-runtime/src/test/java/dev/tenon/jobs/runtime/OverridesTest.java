package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import dev.tenon.jobs.options.WorkerOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What operators set for a type, and why its jobs wait, with RabbitMQ. */
@Tag("servers")
class OverridesTest {

  private static final String TYPE = TestJobs.QUIET.type();
  private static final String QUEUE = TestJobs.QUIET.routingKey();

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private boolean takesPartInMaintenance = true;
  private Fixture fixture;
  private JobService jobs;
  private Connection connection;
  private DSLContext sql;

  @BeforeEach
  void open() throws SQLException {
    fixture = Fixture.withRabbit();
    jobs = fixture.start().jobs();
    connection = fixture.database().connect();
    sql = DSL.using(connection, SQLDialect.POSTGRES);
  }

  @AfterEach
  void close() throws SQLException {
    mayEnd.countDown();
    connection.close();
    fixture.close();
  }

  private UUID submit(SubmitOptions options) {
    return jobs.submit(TestJobs.QUIET, new Order("x", 1), options.withSubmittedBy("t")).jobId();
  }

  private UUID submit() {
    return submit(SubmitOptions.defaults());
  }

  private UUID submitQueued() {
    UUID id = submit();
    Fixture.awaitStatus(jobs, id, JobStatus.QUEUED);
    return id;
  }

  private void startWorker(int concurrency) {
    fixture
        .start(fixture.builder().maintenance(takesPartInMaintenance))
        .startWorker(
            TestJobs.handlers()
                .with(
                    TestJobs.QUIET,
                    (order, context) -> {
                      mayEnd.await();
                      return null;
                    }),
            WorkerOptions.defaults().withConcurrency(concurrency));
  }

  private String column(UUID id, String column) {
    return sql.fetchOne("SELECT %s::text FROM tenon.jobs WHERE id = '%s'".formatted(column, id))
        .get(0, String.class);
  }

  @Test
  void anOverrideHoldsForNewJobsAndIsSeenAsOne() {
    JobTypeState before = jobs.types().get(TYPE);
    assertThat(before.overrides()).isEmpty();
    assertThat(before.effective()).isEqualTo(before.declared());
    assertThat(before.declared().maxAttempts()).isEqualTo(1);
    assertThat(before.declared().priority()).isEqualTo(JobPriority.NORMAL);
    UUID earlier = submitQueued();
    Instant start = Instant.now().minusSeconds(60);
    JobTypeState state =
        jobs.types()
            .override(
                TYPE,
                JobTypeOverrides.none().withPriority(JobPriority.LOW).withMaxAttempts(7),
                Actor.of("ops", "they can wait"));
    assertThat(state.declared()).isEqualTo(before.declared());
    assertThat(state.effective().priority()).isEqualTo(JobPriority.LOW);
    assertThat(state.effective().maxAttempts()).isEqualTo(7);
    assertThat(state.effective().limits()).isEqualTo(JobLimits.NONE);
    assertThat(state.effective().limitBy()).isEmpty();
    JobTypeState.Overrides overrides = state.overrides().orElseThrow();
    assertThat(overrides.by()).isEqualTo("ops");
    assertThat(overrides.reason()).isEqualTo("they can wait");
    assertThat(overrides.at()).isAfter(start);
    assertThat(overrides.values()).hasToString("priority = LOW, maxAttempts = 7");

    UUID later = submitQueued();
    UUID own = submit(SubmitOptions.defaults().withPriority(JobPriority.HIGH));
    List<UUID> many =
        jobs
            .submitAll(
                TestJobs.QUIET,
                Collections.nCopies(2_500, new Order("x", 1)),
                SubmitOptions.by("t"))
            .stream()
            .map(Submitted::jobId)
            .toList();
    assertThat(jobs.get(earlier).priority()).isEqualTo(JobPriority.NORMAL);
    assertThat(jobs.get(earlier).maxAttempts()).isEqualTo(1);
    assertThat(jobs.get(later).priority()).isEqualTo(JobPriority.LOW);
    assertThat(jobs.get(later).maxAttempts()).isEqualTo(7);
    assertThat(jobs.get(own).priority()).isEqualTo(JobPriority.HIGH);
    assertThat(jobs.get(own).maxAttempts()).isEqualTo(7);
    assertThat(many).allMatch(id -> jobs.get(id).priority() == JobPriority.LOW);
    Fixture.awaitStatus(jobs, own, JobStatus.QUEUED);
    List<String> order = fixture.host().bodies(QUEUE, 3);
    assertThat(order.get(0)).contains(own.toString());
    assertThat(order.get(1)).contains(earlier.toString());
    assertThat(order.get(2))
        .as("the pointer has the priority of the override")
        .contains(later.toString());

    // A process that starts later declares the same, and changes nothing
    fixture.start();
    assertThat(jobs.types().get(TYPE).overrides()).contains(overrides);
    assertThat(jobs.types().clearOverrides(TYPE, Actor.of("ops")).overrides()).isEmpty();
    assertThat(jobs.get(submit()).priority()).isEqualTo(JobPriority.NORMAL);
  }

  private void put(String name, String cron, ScheduleOptions options) {
    JobSchedule made =
        jobs.schedules()
            .put(
                name,
                TestJobs.QUIET,
                new Order("x", 1),
                Timing.cron(cron, ZoneOffset.UTC),
                options,
                Actor.of("t"));
    assertThat(made.name()).isEqualTo(name);
  }

  @Test
  void anOverrideHoldsForJobsOfSchedulesThatHaveNoOtherPriorityThanTheirType() {
    jobs.types()
        .override(
            TYPE, JobTypeOverrides.none().withPriority(JobPriority.LOW), Actor.of("ops", "later"));
    put("plain", "* * * * *", ScheduleOptions.defaults());
    put("urgent", "0 0 1 1 *", ScheduleOptions.defaults().withPriority(JobPriority.HIGH));
    sql.execute(
        "UPDATE tenon.job_schedules SET next_run_at = date_trunc('minute', now())"
            + " WHERE name = 'plain'");
    await()
        .atMost(Fixture.PATIENCE)
        .until(() -> sql.fetchExists(DSL.table("tenon.jobs"), DSL.condition("schedule = 'plain'")));
    List<UUID> low = new ArrayList<>();
    low.add(sql.fetchOne("SELECT id FROM tenon.jobs").get(0, UUID.class));
    low.add(jobs.schedules().runNow("plain", Actor.of("t")));
    Instant past = Instant.parse("2026-01-01T00:00:00Z");
    low.addAll(jobs.schedules().backfill("plain", past, past.plusSeconds(60), Actor.of("t")));
    assertThat(low).hasSize(3);
    low.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.QUEUED));
    UUID named = submit(SubmitOptions.defaults().withPriority(JobPriority.NORMAL));
    Fixture.awaitStatus(jobs, named, JobStatus.QUEUED);
    UUID urgent = jobs.schedules().runNow("urgent", Actor.of("t"));
    Fixture.awaitStatus(jobs, urgent, JobStatus.QUEUED);
    assertThat(low).extracting(id -> jobs.get(id).priority()).containsOnly(JobPriority.LOW);
    assertThat(jobs.get(urgent).priority()).isEqualTo(JobPriority.HIGH);
    List<String> order = fixture.host().bodies(QUEUE, 5);
    assertThat(order.get(0)).contains(urgent.toString());
    assertThat(order.get(1))
        .as("the pointers of the others have the priority of the override")
        .contains(named.toString());
  }

  @Test
  void jobsThatWaitGetTheNewPriorityWhenThatIsAskedFor() {
    UUID first = submitQueued();
    UUID delayed = submit(SubmitOptions.defaults().withDelay(Duration.ofHours(1)));
    jobs.types()
        .override(
            TYPE, JobTypeOverrides.none().withPriority(JobPriority.HIGH), Actor.of("ops", "hurry"));
    assertThat(jobs.get(first).priority()).isEqualTo(JobPriority.NORMAL);
    assertThat(jobs.types().applyToWaiting(TYPE, Actor.of("ann"))).isEqualTo(2);
    assertThat(jobs.get(first).priority()).isEqualTo(JobPriority.HIGH);
    assertThat(jobs.get(delayed).priority()).isEqualTo(JobPriority.HIGH);
    assertThat(jobs.types().applyToWaiting(TYPE, Actor.of("ann"))).isZero();
    Fixture.awaitStatus(jobs, first, JobStatus.QUEUED);
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().ready(QUEUE) >= 2);
    startWorker(4);
    mayEnd.countDown();
    Fixture.awaitStatus(jobs, first, JobStatus.COMPLETED);
    assertThat(jobs.get(first).attempts()).isEqualTo(1);
    assertThat(jobs.get(delayed).status()).isEqualTo(JobStatus.PENDING);
  }

  @Test
  void aFirstLimitReachesTheJobsThatWaitAndRunAndGoesAwayWithTheOverride() {
    startWorker(1);
    UUID running = submit();
    Fixture.awaitStatus(jobs, running, JobStatus.RUNNING);
    UUID waiting = submitQueued();
    UUID delayed = submit(SubmitOptions.defaults().withDelay(Duration.ofHours(1)));
    jobs.types()
        .override(
            TYPE,
            JobTypeOverrides.none().withMaxConcurrent(1),
            Actor.of("ops", "the printer is slow"));
    await()
        .atMost(Fixture.PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(column(running, "limit_key")).isEmpty();
              assertThat(column(waiting, "limit_key")).isEmpty();
              assertThat(column(delayed, "limit_key")).isEmpty();
            });
    UUID later = submit();
    assertThat(column(later, "limit_key")).isEmpty();
    assertThat(column(waiting, "status")).isEqualTo("pending");
    assertThat(jobs.whyWaiting(later))
        .contains(new WaitReason.OverLimit(Optional.empty(), 1, List.of(running)));
    assertThat(jobs.whyWaiting(later).orElseThrow().describe())
        .isEqualTo(
            "It waits for a running job to end, because the limit for jobs of the type is reached"
                + " (1 at a time). Running now: "
                + running
                + ".");
    assertThat(jobs.whyWaiting(running)).isEmpty();

    jobs.types().clearOverrides(TYPE, Actor.of("ops"));
    for (UUID id : List.of(running, waiting, delayed, later)) {
      assertThat(column(id, "limit_key")).isNull();
    }
    mayEnd.countDown();
    Fixture.awaitStatus(jobs, waiting, JobStatus.COMPLETED);
    Fixture.awaitStatus(jobs, later, JobStatus.COMPLETED);
    assertThat(jobs.whyWaiting(later)).isEmpty();
  }

  @Test
  void aJobSaysWhyItWaits() {
    // Nobody else publishes what is overdue
    fixture.closeRuntimes();
    takesPartInMaintenance = false;
    JobsRuntime runtime = fixture.start(fixture.builder().maintenance(false));
    await("RabbitMQ is connected, so that what is submitted is published at once")
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                runtime.health().checks().stream()
                    .anyMatch(
                        check ->
                            check.name().equals("rabbitmq")
                                && check.message().equals("connected")));
    jobs = runtime.jobs();
    UUID delayed = submit(SubmitOptions.defaults().withDelay(Duration.ofHours(1)));
    assertThat(jobs.whyWaiting(delayed)).contains(new WaitReason.DueAt(jobs.get(delayed).runAt()));
    UUID job = submitQueued();
    assertThat(jobs.whyWaiting(job)).contains(new WaitReason.NoWorker(TYPE));
    assertThat(jobs.whyWaiting(job).orElseThrow().describe())
        .isEqualTo(
            "It waits for a worker: no live worker handles 'test.order.note'. Start one, or resume"
                + " one that is quieted.");
    startWorker(1);
    Fixture.awaitStatus(jobs, job, JobStatus.RUNNING);
    assertThat(jobs.whyWaiting(job)).isEmpty();
    UUID second = submitQueued();
    assertThat(jobs.whyWaiting(second)).contains(new WaitReason.InQueue(false));
    Pause pause = jobs.types().pause(TYPE, Actor.of("ops", "not now")).pause().orElseThrow();
    assertThat(jobs.whyWaiting(second)).contains(new WaitReason.Paused(TYPE, pause));
    assertThat(jobs.whyWaiting(second).orElseThrow().describe())
        .isEqualTo(
            "Job type 'test.order.note' has been paused since %s by ops: not now"
                .formatted(pause.since()));
    jobs.types().resume(TYPE, Actor.of("ops"));
    sql.execute(
        "UPDATE /* by the test */ by_test.jobs SET status = 'pending', publish_at = now() -"
            + " interval '1 minute' WHERE status = 'queued'");
    assertThat(jobs.whyWaiting(second).orElseThrow())
        .isInstanceOfSatisfying(
            WaitReason.BrokerAway.class,
            reason ->
                assertThat(reason.describe())
                    .startsWith(
                        "Its message should have been published at "
                            + reason.overdueSince()
                            + ", but RabbitMQ has not accepted it."));
    assertThatThrownBy(() -> jobs.whyWaiting(new UUID(0, 0)))
        .isInstanceOf(JobNotFoundException.class);
  }

  @Test
  void ratesCountOnlyWhatJobsHaveStored() {
    assertThatThrownBy(
            () ->
                jobs.types()
                    .override(
                        TYPE,
                        JobTypeOverrides.none().withRates(List.of(Rate.parse("5 bytes/s"))),
                        Actor.of("ops", "slowly")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The rate 5 bytes/s does not fit job type '%s', whose rates can only count jobs. Only a deployment can change what its rates count."
                .formatted(TYPE));
  }

  @Test
  void aJobSaysWhenTheNextOneMayStartUnderARate() {
    startWorker(1);
    Rate rate = Rate.parse("2/m");
    Instant last = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    for (boolean ofKey : List.of(false, true)) {
      sql.execute(
          ("INSERT INTO tenon.limited_starts VALUES ('%1$s', %2$s, '', false, 60, timestamptz"
                  + " '%3$s' + interval '61 s', '%3$s', 2)")
              .formatted(TYPE, ofKey, last));
    }
    jobs.types()
        .override(
            TYPE, JobTypeOverrides.none().withRates(List.of(rate)), Actor.of("ops", "slowly"));
    UUID job = submit();
    Instant next = last.plusSeconds(60);
    assertThat(jobs.whyWaiting(job))
        .contains(new WaitReason.OverRate(Optional.empty(), rate, next));
    jobs.types()
        .override(
            TYPE,
            JobTypeOverrides.none().withRatesPerKey(List.of(rate)),
            Actor.of("ops", "slowly"));
    assertThat(jobs.whyWaiting(job)).contains(new WaitReason.OverRate(Optional.of(""), rate, next));
  }

  @Tag("thorough")
  @Test
  void aJobThatHasBeenQueuedForLongGetsItsTurnBeforeMoreUrgentOnes() {
    UUID low = submit(SubmitOptions.defaults().withPriority(JobPriority.LOW));
    Fixture.awaitStatus(jobs, low, JobStatus.QUEUED);
    for (int i = 0; i < 20; i++) {
      UUID urgent = submit(SubmitOptions.defaults().withPriority(JobPriority.HIGH));
      Fixture.awaitStatus(jobs, urgent, JobStatus.QUEUED);
    }
    // Usually 21; whoever is slow to note that a job was published publishes it twice
    long published = fixture.host().ready(QUEUE);
    sql.execute(
        "UPDATE by_test.jobs SET run_at = now() - interval '11 minutes', publish_at = now() -"
            + " interval '11 minutes' WHERE id = '"
            + low
            + "'");
    await().atMost(Fixture.PATIENCE).until(() -> fixture.host().ready(QUEUE) > published);
    assertThat(fixture.host().bodies(QUEUE, 1).get(0)).contains(low.toString());
    final long left = fixture.host().ready(QUEUE);
    // Nobody has claimed it, so nothing else is published once more
    sql.execute(
        "UPDATE by_test.jobs SET run_at = now() - interval '11 minutes', publish_at = now() -"
            + " interval '11 minutes'");
    OffsetDateTime changed = sql.fetchOne("SELECT now()").get(0, OffsetDateTime.class);
    await()
        .atMost(Fixture.PATIENCE)
        .until(
            () ->
                sql.fetchOne(
                        "SELECT last_run_at FROM tenon.maintenance_tasks WHERE name = 'ageing'")
                    .get(0, OffsetDateTime.class)
                    .isAfter(changed.plusSeconds(1)));
    assertThat(fixture.host().ready(QUEUE)).isEqualTo(left);
  }

  @Test
  void overridesAreChecked() {
    assertThatThrownBy(() -> JobTypeOverrides.none().withMaxAttempts(0))
        .hasMessage("maxAttempts is 0; it must be at least 1, for the first attempt.");
    assertThatThrownBy(() -> JobTypeOverrides.none().withMaxConcurrent(-1))
        .hasMessage("maxConcurrent is -1; it must be at least 0, and 0 means no limit.");
  }
}
