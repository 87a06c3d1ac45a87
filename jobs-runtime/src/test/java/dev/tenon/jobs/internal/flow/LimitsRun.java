package dev.tenon.jobs.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.internal.flow.LimitsModel.ModelJob;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.operate.RetentionStore;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.AttemptEnd;
import dev.tenon.jobs.internal.store.AttemptFailure;
import dev.tenon.jobs.internal.store.ClaimedJob;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.HeartbeatStore;
import dev.tenon.jobs.internal.store.Lease;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.RescueStore;
import dev.tenon.jobs.internal.store.RescueStore.Silent;
import dev.tenon.jobs.internal.store.StoreFixture;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkerStore;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A few jobs in the real table, and what the model says of them. Not thread-safe. */
final class LimitsRun {

  private static final int MAX_CRASHES = 2;
  private static final List<String> KEYS = List.of("", "a", "b", "c", "ö 'quoted'");
  private static final int UNIQUE_KEYS = 3;
  static final List<String> WORKERS = List.of("first", "second", "third");

  private final StoreFixture store;
  private static final int RATE = 12;
  private static final int RATE_PER_KEY = 5;

  private final Leadership leadership;
  private final LimitsModel model = new LimitsModel();
  private final ControlStore controls;
  private final WorkerStore workers;
  private final HeartbeatStore heartbeats;
  private final RescueStore rescues;
  private int submits;

  LimitsRun(StoreFixture store, Leadership leadership) {
    this.store = store;
    this.leadership = leadership;
    this.controls = new ControlStore(store.database);
    this.workers = new WorkerStore(store.database);
    this.heartbeats = new HeartbeatStore(store.database);
    this.rescues = new RescueStore(store.database);
    store.execute(
        "CALL by_test.truncate_jobs(); TRUNCATE tenon.job_types, tenon.workers,"
            + " tenon.limited_starts");
    WORKERS.forEach(this::beat);
    model.rate = RATE;
    model.ratePerKey = RATE_PER_KEY;
    limit(3, 2);
  }

  private void beat(String worker) {
    workers.register(worker, "here", 1, 10, Map.of());
  }

  private void limit(int maxConcurrent, int maxConcurrentPerKey) {
    model.maxConcurrent = maxConcurrent;
    model.maxConcurrentPerKey = maxConcurrentPerKey;
    store.limit(maxConcurrent, rate(model.rate), maxConcurrentPerKey, rate(model.ratePerKey));
  }

  /** A rate with a window that does not end while the test runs. */
  private static String rate(int amount) {
    return amount == 0 ? "" : amount + "/" + Rate.MAX_WINDOW.toSeconds();
  }

  void make(Step step) {
    String worker = WORKERS.get(step.worker());
    switch (step.kind()) {
      case SUBMIT, SUBMIT_UNIQUE -> submit(step, null);
      case SUBMIT_FOR_LATER, SUBMIT_UNIQUE_FOR_LATER -> submit(step, Duration.ofDays(1));
      case BECOME_DUE -> becomeDue(step);
      case CLAIM -> claim(worker, step.number());
      case CLAIM_ALL -> claimAll(worker, step.number());
      case COMPLETE, FAIL, FAIL_AND_TRY_AGAIN, SNOOZE, RELEASE, END_AS_CANCELLED, FINISH_TWICE ->
          finish(step);
      case CANCEL -> cancel(step);
      case RETRY -> retry(step);
      case DELETE -> delete(step);
      case LOSE_WORKER -> lose(worker);
      case PAUSE -> pause(true);
      case RESUME -> pause(false);
      // 0 is no limit
      case LIMIT -> limit(step.number() - 1, model.maxConcurrentPerKey);
      case LIMIT_KEYS -> limit(model.maxConcurrent, (step.number() - 1) / 2);
      case OVERRIDE -> override(step.number() - 1);
      case END_OVERRIDE -> override(null);
    }
  }

  private void submit(Step step, @Nullable Duration delay) {
    List<NewJob> jobs = new ArrayList<>();
    for (int i = 0; i < step.number(); i++) {
      jobs.add(
          StoreFixture.limitedJob(
              KEYS.get((step.which() + i) % KEYS.size()),
              step.priority(),
              delay,
              "{\"n\":" + ++submits + "}",
              unique(step, i)));
    }
    List<Recorded> recorded = new SubmitStore(store.database).insert(jobs);
    for (int i = 0; i < jobs.size(); i++) {
      NewJob job = jobs.get(i);
      UUID expected = model.submit(job);
      assertThat(recorded.get(i).jobId()).as("the job that stands for %s", job).isEqualTo(expected);
      assertThat(recorded.get(i).created()).isEqualTo(expected.equals(job.id()));
    }
  }

  /** Several jobs of one submit may have the same key. */
  private static NewJob.@Nullable UniqueKey unique(Step step, int index) {
    return switch (step.kind()) {
      case SUBMIT_UNIQUE, SUBMIT_UNIQUE_FOR_LATER ->
          new NewJob.UniqueKey(
              "key " + (step.which() + index) % UNIQUE_KEYS,
              step.scope(),
              step.hasPeriod() ? Duration.ofHours(1) : null,
              step.policy());
      default -> null;
    };
  }

  private Optional<UUID> one(Step step, Predicate<ModelJob> condition) {
    List<UUID> ids =
        model.jobs.entrySet().stream()
            .filter(job -> condition.test(job.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(step.which() % ids.size()));
  }

  private ModelJob job(UUID id) {
    return Objects.requireNonNull(model.jobs.get(id));
  }

  private void becomeDue(Step step) {
    one(step, job -> job.isWaiting() && !job.due)
        .ifPresent(
            id -> {
              store.execute("UPDATE by_test.jobs SET run_at = now() WHERE id = ?", id);
              job(id).due = true;
            });
  }

  private List<ClaimedJob> claim(String worker, int max) {
    int claimable = model.claimable();
    List<ClaimedJob> claimed = store.claimLimited(worker, max);
    assertThat(model.claim(claimed)).isEmpty();
    assertThat(claimed).hasSizeLessThanOrEqualTo(Math.min(max, claimable));
    assertThat(claimed.isEmpty()).as("%d may start", claimable).isEqualTo(claimable == 0);
    return claimed;
  }

  private void claimAll(String worker, int max) {
    int claimable = model.claimable();
    int claims = 0;
    while (!claim(worker, max).isEmpty()) {
      claims++;
    }
    assertThat(model.claimable()).isZero();
    assertThat(claims).as("claims of %d", claimable).isLessThanOrEqualTo(claimable);
  }

  private void finish(Step step) {
    one(step, ModelJob::isRunning)
        .ifPresent(
            id -> {
              Lease lease = Objects.requireNonNull(job(id).lease);
              AttemptEnd end = end(step.kind(), lease);
              assertThat(store.outcomes.finish(List.of(end))).isEqualTo(Set.of(id));
              if (step.kind() == Kind.FINISH_TWICE) {
                assertThat(store.outcomes.finish(List.of(end))).isEmpty();
              }
              boolean again = end.status() == JobStatus.PENDING && !job(id).cancelRequested;
              job(id)
                  .become(
                      end.status() == JobStatus.PENDING && !again
                          ? JobStatus.CANCELLED
                          : end.status());
              job(id).due = again && step.kind() != Kind.SNOOZE;
            });
  }

  private static AttemptEnd end(Kind kind, Lease lease) {
    AttemptFailure failure =
        new AttemptFailure(JobError.Reason.EXCEPTION, "Failed", "failed", "at", "f");
    return switch (kind) {
      case FAIL -> new AttemptEnd.Failed(lease, failure);
      case FAIL_AND_TRY_AGAIN, FINISH_TWICE ->
          new AttemptEnd.Retried(lease, failure, Duration.ZERO);
      case SNOOZE -> new AttemptEnd.Snoozed(lease, Duration.ofDays(1));
      case RELEASE -> new AttemptEnd.Released(lease);
      case END_AS_CANCELLED -> new AttemptEnd.Cancelled(lease);
      default -> new AttemptEnd.Completed(lease, null, 1);
    };
  }

  private void cancel(Step step) {
    one(step, job -> job.isWaiting() || job.isRunning())
        .ifPresent(
            id -> {
              if (job(id).isWaiting()) {
                assertThat(
                        controls.cancelWaiting(
                            id, ChangeByHand.of("cancel job", id.toString(), Actor.of("ann"))))
                    .isTrue();
                job(id).become(JobStatus.CANCELLED);
              } else {
                assertThat(
                        controls.requestCancel(
                            id, ChangeByHand.of("cancel job", id.toString(), Actor.of("ann"))))
                    .isTrue();
              }
              job(id).cancelRequested = true;
            });
  }

  private void retry(Step step) {
    one(step, job -> job.status() == JobStatus.FAILED || job.status() == JobStatus.CANCELLED)
        .ifPresent(
            id -> {
              assertThat(
                      controls.retry(
                          id, ChangeByHand.of("retry job", id.toString(), Actor.of("ann"))))
                  .isPresent();
              ModelJob job = job(id);
              job.become(JobStatus.PENDING);
              job.due = true;
              job.cancelRequested = false;
              job.crashes = 0;
            });
  }

  /** Retention: the job is gone, and with it its key. */
  private void delete(Step step) {
    one(step, job -> job.status().isTerminal())
        .ifPresent(
            id -> {
              store.execute(
                  "UPDATE /* by the test */ by_test.jobs SET delete_at = now() WHERE id = ?", id);
              assertThat(new RetentionStore(store.database).prune(leadership, 10).count())
                  .isEqualTo(1);
              model.jobs.remove(id);
            });
  }

  private void lose(String worker) {
    List<Silent> silent =
        heartbeats.heartbeats(true).beats().stream()
            .filter(beat -> beat.workerId().equals(worker))
            .map(beat -> new Silent(beat, true))
            .toList();
    var unused = rescues.rescue(leadership, silent, MAX_CRASHES, 1000);
    for (ModelJob job : model.jobs.values()) {
      Lease lease = job.lease;
      if (job.isRunning() && lease != null && lease.workerId().equals(worker)) {
        job.crashes++;
        job.become(
            job.cancelRequested
                ? JobStatus.CANCELLED
                : job.crashes >= MAX_CRASHES ? JobStatus.FAILED : JobStatus.PENDING);
      }
    }
    beat(worker);
  }

  private void pause(boolean pause) {
    store.execute("UPDATE tenon.job_types SET paused_at = " + (pause ? "now()" : "NULL"));
    model.paused = pause;
  }

  private void override(@Nullable Integer limit) {
    store.execute("UPDATE tenon.job_types SET override_max_concurrent = CAST(? AS integer)", limit);
    model.overriddenMaxConcurrent = limit;
  }

  /** All that is due runs in the end: nothing is stuck. */
  void drain() {
    pause(false);
    model.rate = 0;
    model.ratePerKey = 0;
    limit(model.maxConcurrent, model.maxConcurrentPerKey);
    int claims = 0;
    while (model.claimable() > 0 || model.jobs.values().stream().anyMatch(ModelJob::isRunning)) {
      var unused = claim("first", 5);
      for (Map.Entry<UUID, ModelJob> job : model.jobs.entrySet()) {
        Lease lease = job.getValue().lease;
        if (job.getValue().isRunning() && lease != null) {
          assertThat(store.outcomes.finish(List.of(end(Kind.COMPLETE, lease)))).hasSize(1);
          job.getValue().become(JobStatus.COMPLETED);
        }
      }
      claims++;
      assertThat(claims).isLessThan(1000);
    }
    assertThat(model.jobs.values()).noneMatch(job -> job.isWaiting() && job.due);
  }

  void compare(Step after) {
    Tables.Jobs j = store.database.tables().jobs;
    JobTables.UniqueKeys u = store.database.tables().uniqueKeys;
    Map<UUID, LimitsModel.Row> table = new TreeMap<>(new StoreFixture.ById());
    store
        .database
        .dsl()
        .select(j.id, j.status, j.runAt.le(DSL.currentInstant()), j.limitKey, u.uniqueKey)
        .select(j.payload, j.priority)
        .from(j)
        .leftJoin(u)
        .on(u.uniqueKey.eq(j.uniqueKey).and(u.jobId.eq(j.id)))
        .forEach(
            row ->
                table.put(
                    row.get(j.id),
                    new LimitsModel.Row(
                        row.get(j.status),
                        row.get(j.status) == JobStatus.PENDING && row.get(2, Boolean.class),
                        row.get(j.limitKey),
                        row.get(u.uniqueKey),
                        row.get(j.payload).data(),
                        row.get(j.priority))));
    Map<UUID, LimitsModel.Row> expected = new TreeMap<>(new StoreFixture.ById());
    model.jobs.forEach((id, job) -> expected.put(id, job.row()));
    assertThat(table).as("after %s", after).isEqualTo(expected);
  }

  /** What may be done. */
  enum Kind {
    SUBMIT,
    SUBMIT_FOR_LATER,
    SUBMIT_UNIQUE,
    SUBMIT_UNIQUE_FOR_LATER,
    BECOME_DUE,
    CLAIM,
    CLAIM_ALL,
    COMPLETE,
    FAIL,
    FAIL_AND_TRY_AGAIN,
    SNOOZE,
    RELEASE,
    END_AS_CANCELLED,
    FINISH_TWICE,
    CANCEL,
    RETRY,
    DELETE,
    LOSE_WORKER,
    PAUSE,
    RESUME,
    LIMIT,
    LIMIT_KEYS,
    OVERRIDE,
    END_OVERRIDE
  }

  /**
   * Something that is done.
   *
   * @param kind what
   * @param which to which of the jobs that it can be done to, or with which keys
   * @param number how many, or up to how many
   * @param worker by or to which worker
   * @param priority of a job that is submitted
   * @param scope for how long a job keeps its unique key
   * @param hasPeriod whether it keeps that for an hour in any case
   * @param policy what becomes of a job that has the unique key already
   */
  record Step(
      Kind kind,
      int which,
      int number,
      int worker,
      JobPriority priority,
      UniqueScope scope,
      boolean hasPeriod,
      DuplicatePolicy policy) {}
}
