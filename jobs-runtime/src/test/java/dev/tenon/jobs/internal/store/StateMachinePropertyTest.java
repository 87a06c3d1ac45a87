package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Header;
import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobAttempt.Outcome;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.TenonDatabase;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import dev.tenon.jobs.internal.publish.PublishStore;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The state machine against the real table: whatever is done to a few jobs in whatever order, late
 * writes among it, the table says what the rules say.
 */
@Tag("servers")
class StateMachinePropertyTest {

  private static final int JOBS = 3;
  private static final int MAX_CRASHES = 2;
  private static final String TYPE = "test.state.machine";
  private static final Header<Long> SUBMIT = Header.ofLong("submit");
  private static final Header<String> OTHER = Header.ofString("other");
  private static final List<String> WORKERS = List.of("first", "second");

  private static PostgresDatabase server;
  private static Database database;
  private static Leadership leadership;

  /** What may be done to a job. */
  enum Kind {
    PUBLISH,
    PUBLISH_LATE,
    MOVE,
    CLAIM,
    COMPLETE,
    FAIL_AND_TRY_AGAIN,
    FAIL,
    TIME_OUT,
    RELEASE,
    SNOOZE,
    END_AS_CANCELLED,
    COMPLETE_LATE,
    FAIL_LATE,
    CANCEL,
    RETRY,
    LOSE_WORKER
  }

  /**
   * Something that is done.
   *
   * @param kind what
   * @param job to which job
   * @param worker by or to which worker
   * @param age how many leases ago, if it is late
   */
  record Step(Kind kind, int job, int worker, int age) {}

  @BeforeContainer
  static void open() {
    server = TenonDatabase.shared();
    database = new Database(pool(), pool(), pool(), "tenon");
    leadership = new LeaderStore(database).acquire("test", Duration.ofHours(1)).orElseThrow();
  }

  private static com.zaxxer.hikari.HikariDataSource pool() {
    com.zaxxer.hikari.HikariConfig config = new com.zaxxer.hikari.HikariConfig();
    config.setJdbcUrl(server.url());
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(2);
    return new com.zaxxer.hikari.HikariDataSource(config);
  }

  @AfterContainer
  static void close() {
    server.close();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(4, Arbitraries.just(Kind.CLAIM)),
            net.jqwik.api.Tuple.of(8, Arbitraries.of(Kind.class)));
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, JOBS - 1),
            Arbitraries.integers().between(0, WORKERS.size() - 1),
            Arbitraries.integers().between(1, 3))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40);
  }

  @Property(tries = 150)
  void theTableKeepsTheRules(@ForAll("steps") List<Step> steps) {
    Run run = new Run();
    run.compare("submit");
    for (Step step : steps) {
      run.make(step);
      run.compare(step.toString());
    }
  }

  /** A few jobs, and what the model says of them. */
  private static final class Run {

    private final List<UUID> ids = new ArrayList<>();
    private final Map<UUID, StateMachineModel> models = new TreeMap<>();

    /** The headers of the jobs: the number of the submit that counts. */
    private final Map<UUID, Headers> headers = new TreeMap<>();

    private long submits;
    private final PublishStore publishes = new PublishStore(database);
    private final ClaimStore claims = new ClaimStore(database);
    private final OutcomeStore outcomes = new OutcomeStore(database);
    private final ControlStore controls = new ControlStore(database);
    private final WorkerStore workers = new WorkerStore(database);
    private final HeartbeatStore heartbeats = new HeartbeatStore(database);
    private final RescueStore rescues = new RescueStore(database);

    Run() {
      WORKERS.forEach(this::beat);
      List<NewJob> jobs = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        UUID id = UUID.randomUUID();
        ids.add(id);
        models.put(id, new StateMachineModel());
        headers.put(id, Headers.of(SUBMIT, 0L));
        jobs.add(job(id, id).withHeaders(headers.get(id)));
      }
      new SubmitStore(database).insert(jobs);
    }

    /** A job that keeps others with its key out for as long as it is kept. */
    private static NewJob job(UUID id, UUID key) {
      return new NewJob(
          id,
          TYPE,
          1,
          "jobs." + TYPE,
          JobPriority.NORMAL,
          "{}",
          null,
          "tester",
          3,
          Duration.ofDays(1),
          null,
          null,
          null,
          Duration.ofDays(1),
          null,
          new NewJob.UniqueKey(
              key.toString(), UniqueScope.UNTIL_DELETED, null, DuplicatePolicy.REPLACE_TIME));
    }

    /** A job that meets the one with this id. */
    private static NewJob again(UUID id) {
      return job(UUID.randomUUID(), id);
    }

    private void beat(String worker) {
      workers.register(worker, "here", 1, 10, Map.of());
    }

    void make(Step step) {
      UUID id = ids.get(step.job());
      StateMachineModel model = models.get(id);
      String worker = WORKERS.get(step.worker());
      long late = model.lease - step.age();
      switch (step.kind()) {
        case PUBLISH -> publish(id, model, model.lease);
        case PUBLISH_LATE -> publish(id, model, late);
        case MOVE -> {
          // Every other one has none
          Headers given =
              ++submits % 2 == 0 ? Headers.none() : Headers.of(SUBMIT, submits).with(OTHER, "x");
          Recorded recorded =
              new SubmitStore(database).insert(List.of(again(id).withHeaders(given))).get(0);
          assertThat(recorded.created()).isFalse();
          assertThat(recorded.jobId()).isEqualTo(id);
          boolean isMoved = model.move();
          assertThat(recorded.pointer() != null).isEqualTo(isMoved);
          if (isMoved) {
            headers.put(id, given);
          }
        }
        case CLAIM ->
            assertThat(claims.claim(worker, List.of(id), Map.of(TYPE, 1), 1, Long.MAX_VALUE).jobs())
                .hasSize(model.claim(worker) ? 1 : 0);
        case COMPLETE ->
            finish(model, new AttemptEnd.Completed(lease(id, model.lease), "\"done\"", 1));
        case FAIL_AND_TRY_AGAIN ->
            finish(model, retried(id, model.lease, JobError.Reason.EXCEPTION));
        case FAIL -> finish(model, failed(id, model.lease));
        case TIME_OUT -> finish(model, retried(id, model.lease, JobError.Reason.TIMED_OUT));
        case RELEASE -> finish(model, new AttemptEnd.Released(lease(id, model.lease)));
        case SNOOZE -> finish(model, new AttemptEnd.Snoozed(lease(id, model.lease), Duration.ZERO));
        case END_AS_CANCELLED -> finish(model, new AttemptEnd.Cancelled(lease(id, model.lease)));
        case COMPLETE_LATE ->
            finish(model, new AttemptEnd.Completed(lease(id, late), "\"late\"", 1));
        case FAIL_LATE -> finish(model, failed(id, late));
        case CANCEL -> {
          if (!controls.cancelWaiting(
              id, ChangeByHand.of("cancel job", id.toString(), Actor.of("ann")))) {
            boolean unused =
                controls.requestCancel(
                    id, ChangeByHand.of("cancel job", id.toString(), Actor.of("ann")));
          }
          model.cancel();
        }
        case RETRY -> {
          boolean wasEnded =
              model.status == JobStatus.FAILED || model.status == JobStatus.CANCELLED;
          assertThat(
                  controls
                      .retry(id, ChangeByHand.of("retry job", id.toString(), Actor.of("ann")))
                      .isPresent())
              .isEqualTo(wasEnded);
          model.retry();
        }
        case LOSE_WORKER -> lose(worker);
      }
    }

    private void publish(UUID id, StateMachineModel model, long lease) {
      publishes.markQueued(
          List.of(
              new PublishedPointer(
                  new JobPointer(id, TYPE, "jobs." + TYPE, JobPriority.NORMAL, lease, false), id)));
      model.publish(lease);
    }

    /** The lease with this number, of the worker that the table names. */
    private Lease lease(UUID id, long number) {
      Tables.Jobs j = database.tables().jobs;
      String worker =
          database.dsl().select(j.workerId).from(j).where(j.id.eq(id)).fetchOne(j.workerId);
      return new Lease(id, number, worker == null ? "nobody" : worker);
    }

    private AttemptEnd failed(UUID id, long lease) {
      return new AttemptEnd.Failed(lease(id, lease), failure(JobError.Reason.EXCEPTION));
    }

    private AttemptEnd retried(UUID id, long lease, JobError.Reason reason) {
      return new AttemptEnd.Retried(lease(id, lease), failure(reason), Duration.ZERO);
    }

    private static AttemptFailure failure(JobError.Reason reason) {
      return new AttemptFailure(reason, "Failed", "failed", "at", "f");
    }

    private void finish(StateMachineModel model, AttemptEnd end) {
      Set<UUID> accepted = outcomes.finish(List.of(end));
      assertThat(accepted.contains(end.lease().jobId()))
          .isEqualTo(model.finish(end.lease().number(), end.outcome(), end.status()));
    }

    private void lose(String worker) {
      List<Silent> silent =
          heartbeats.heartbeats(true).beats().stream()
              .filter(beat -> beat.workerId().equals(worker))
              .map(beat -> new Silent(beat, true))
              .toList();
      var unused = rescues.rescue(leadership, silent, MAX_CRASHES, 1000);
      models.values().forEach(model -> model.rescue(worker, MAX_CRASHES));
      beat(worker);
    }

    void compare(String after) {
      Tables.Jobs j = database.tables().jobs;
      Tables.Attempts a = database.tables().attempts;
      Map<UUID, Map<Long, Outcome>> ended = new TreeMap<>();
      database
          .dsl()
          .selectFrom(a)
          .where(a.jobId.in(ids))
          .forEach(
              row ->
                  ended
                      .computeIfAbsent(row.get(a.jobId), id -> new TreeMap<>())
                      .put(row.get(a.lease), row.get(a.outcome)));
      for (Record row : database.dsl().selectFrom(j).where(j.id.in(ids)).fetch()) {
        StateMachineModel model = models.get(row.get(j.id));
        StateMachineModel table = new StateMachineModel();
        table.status = row.get(j.status);
        table.lease = row.get(j.lease);
        table.attempts = row.get(j.attempts);
        table.crashes = row.get(j.crashes);
        table.cancelRequested = row.get(j.cancelRequestedAt) != null;
        table.ended.putAll(ended.getOrDefault(row.get(j.id), Map.of()));
        assertThat(table).as(after).hasToString(model.toString());
        JSONB stored = row.get(j.headers);
        assertThat(StoredHeaders.read(stored == null ? null : stored.data()))
            .as("%s: headers", after)
            .isEqualTo(headers.get(row.get(j.id)));
        assertThat(row.get(j.finishedAt) != null)
            .as("%s: has an end", after)
            .isEqualTo(model.status.isTerminal());
        if (model.status == JobStatus.COMPLETED) {
          assertThat(row.get(j.errorClass)).as("%s: error of a success", after).isNull();
          assertThat(row.get(j.result).data()).isEqualTo("\"done\"");
        }
      }
      assertThat(outcomesThatComplete(ended)).as(after).isTrue();
      JobTables.Headers h = database.tables().headers;
      Map<UUID, Headers> searched = new TreeMap<>();
      ids.forEach(id -> searched.put(id, Headers.none()));
      database
          .dsl()
          .selectFrom(h)
          .where(h.id.in(ids))
          .forEach(
              row ->
                  searched.merge(
                      row.get(h.id),
                      Headers.ofMap(Map.of(row.get(h.name), row.get(h.value))),
                      Headers::withAll));
      assertThat(searched).as("%s: headers for searches", after).isEqualTo(headers);
    }

    /** A job completes once, and nothing comes after that. */
    private static boolean outcomesThatComplete(Map<UUID, Map<Long, Outcome>> ended) {
      for (Map<Long, Outcome> outcomes : ended.values()) {
        Map<Outcome, Long> last = new EnumMap<>(Outcome.class);
        outcomes.forEach((lease, outcome) -> last.merge(outcome, 1L, Long::sum));
        if (last.getOrDefault(Outcome.COMPLETED, 0L) > 1) {
          return false;
        }
      }
      return true;
    }
  }
}
