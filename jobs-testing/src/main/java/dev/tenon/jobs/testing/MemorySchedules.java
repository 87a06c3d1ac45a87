package dev.tenon.jobs.testing;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.BacklogFullException;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.DeclaredSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.schedule.DelayedRun;
import dev.tenon.jobs.internal.schedule.DueRunsPlan;
import dev.tenon.jobs.internal.schedule.LockedSchedule;
import dev.tenon.jobs.internal.schedule.OverlappingRuns;
import dev.tenon.jobs.internal.schedule.ScheduleTimes;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.schedule.ScheduledRunStore.DueRuns;
import dev.tenon.jobs.internal.schedule.ScheduledRuns;
import dev.tenon.jobs.internal.schedule.StoredSchedule;
import dev.tenon.jobs.internal.schedule.StoredSchedule.StoredChange;
import dev.tenon.jobs.internal.schedule.StoredSchedule.StoredRun;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobScheduleNotFoundException;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The schedules that are kept in memory. Which runs are due, and what happens to those that
 * overlap, is decided by the code of the runtime. Thread-safe.
 */
final class MemorySchedules implements JobSchedules {

  private final Clock clock;
  private final MemoryTable table;
  private final NewJobFactory newJobs;
  private final Map<String, Schedule> schedules = new TreeMap<>();

  /** A schedule, as its row would be. */
  private static final class Schedule {
    private final String name;
    private final boolean isDeclared;
    private final NewJob job;
    private final Timing timing;
    private final ScheduleOptions options;
    private final JobSchedule.Change created;
    private JobSchedule.Change changed;
    private @Nullable Instant nextRunAt;
    private @Nullable UUID awaitedJobId;
    private @Nullable Instant waitingRunAt;
    private @Nullable StoredRun lastRun;
    private @Nullable Instant leftOutAt;
    private @Nullable String error;
    private @Nullable Pause pause;

    Schedule(
        String name,
        boolean isDeclared,
        NewJob job,
        Timing timing,
        ScheduleOptions options,
        JobSchedule.Change created) {
      this.name = name;
      this.isDeclared = isDeclared;
      this.job = job;
      this.timing = timing;
      this.options = options;
      this.created = created;
      this.changed = created;
      this.nextRunAt = ScheduleTimes.first(timing, created.at(), options.until().orElse(null));
    }

    /** Returns whether another one would be stored like this one, as in {@code ScheduleRows}. */
    boolean isSame(Schedule other) {
      return timing.equals(other.timing)
          && options.equals(other.options)
          && content(job).equals(content(other.job));
    }

    private static List<@Nullable Object> content(NewJob job) {
      return Arrays.asList(
          job.type(),
          job.version(),
          job.routingKey(),
          job.priority(),
          job.hasOwnPriority(),
          job.payload(),
          job.itemId(),
          job.submittedBy(),
          job.maxAttempts(),
          job.retention(),
          job.failedRetention(),
          job.externalPolicy(),
          job.headers(),
          job.limitKey(),
          job.backlogKey(),
          job.cost(),
          job.startWithinMillis(),
          job.orderKey());
    }

    boolean hasEnded() {
      return nextRunAt == null && awaitedJobId == null && waitingRunAt == null;
    }

    /** A time, or null if the schedule has no run then because it ends before. */
    private @Nullable Instant beforeEnd(@Nullable Instant time) {
      Instant until = options.until().orElse(null);
      return time == null || until == null || time.isBefore(until) ? time : null;
    }

    LockedSchedule locked(Instant now) {
      return new LockedSchedule(
          name,
          job,
          timing,
          options.overlap(),
          options.catchUp(),
          options.jitter(),
          options.until().orElse(null),
          nextRunAt,
          awaitedJobId,
          waitingRunAt,
          now);
    }

    JobSchedule view() {
      return new StoredSchedule(
          name,
          job.type(),
          isDeclared,
          timing,
          options,
          pause == null ? Optional.ofNullable(nextRunAt) : Optional.empty(),
          hasEnded(),
          Optional.ofNullable(waitingRunAt),
          Optional.ofNullable(lastRun),
          Optional.ofNullable(leftOutAt),
          Optional.ofNullable(error),
          Optional.ofNullable(pause),
          created,
          changed);
    }
  }

  MemorySchedules(Clock clock, MemoryTable table, NewJobFactory newJobs) {
    this.clock = clock;
    this.table = table;
    this.newJobs = newJobs;
  }

  /** Forgets all schedules. */
  synchronized void clear() {
    schedules.clear();
  }

  /** Makes the schedules that a type declares. */
  synchronized <P> void declare(JobDefinition<P, ?> definition) {
    definition.schedules().forEach(schedule -> declare(definition, schedule));
  }

  private <P> void declare(JobDefinition<P, ?> definition, DeclaredSchedule<P> schedule) {
    String name = schedule.fullName(definition.type());
    Timing timing;
    ScheduleOptions options = ScheduleOptions.defaults();
    if (schedule instanceof CronSchedule<P> cron) {
      timing = Timing.cron(cron.cron(), cron.zone());
      options =
          options.withOverlap(cron.overlap()).withCatchUp(cron.catchUp()).withJitter(cron.jitter());
    } else {
      timing = Timing.fixedDelay(((FixedDelaySchedule<P>) schedule).delay());
    }
    if (schedule.until().isPresent()) {
      options = options.withUntil(schedule.until().get());
    }
    schedules.put(
        name,
        new Schedule(
            name,
            true,
            job(name, definition, schedule.payload(), options),
            timing,
            options,
            new StoredChange(clock.instant(), Optional.empty())));
  }

  private <P> NewJob job(
      String name, JobDefinition<P, ?> definition, P payload, ScheduleOptions options) {
    table.know(definition);
    SubmitOptions submit = SubmitOptions.by("schedule:" + name).withHeaders(options.headers());
    if (options.priority().isPresent()) {
      submit = submit.withPriority(options.priority().get());
    }
    if (options.itemId().isPresent()) {
      submit = submit.withItemId(options.itemId().get());
    }
    return newJobs.of(definition, payload, -1, submit).withoutUniqueKey();
  }

  @Override
  public synchronized List<JobSchedule> list() {
    return schedules.values().stream().map(Schedule::view).toList();
  }

  @Override
  public synchronized Optional<JobSchedule> find(String name) {
    return Optional.ofNullable(schedules.get(name)).map(Schedule::view);
  }

  @Override
  public synchronized <P, R> JobSchedule put(
      String name,
      JobDefinition<P, R> definition,
      P payload,
      Timing timing,
      ScheduleOptions options,
      Actor actor) {
    if (timing instanceof Timing.FixedDelay) {
      SubmittedValues.checkFixedDelay(options);
    }
    String by = Objects.requireNonNull(actor, "actor").name();
    Schedule earlier = schedules.get(SubmittedValues.scheduleName(name));
    if (earlier != null && earlier.isDeclared) {
      throw new IllegalArgumentException(
          "The application declares a schedule with the name '%s' for that job type. Choose another name, or change the declaration."
              .formatted(name));
    }
    NewJob job = job(name, definition, payload, options);
    JobSchedule.Change change = new StoredChange(clock.instant(), Optional.of(by));
    Schedule made =
        new Schedule(name, false, job, timing, options, earlier == null ? change : earlier.created);
    made.changed = change;
    made.nextRunAt = ScheduleTimes.first(timing, clock.instant(), options.until().orElse(null));
    ScheduleTimes.checkHasRun(name, options, made.nextRunAt);
    if (earlier != null) {
      if (earlier.isSame(made)) {
        return earlier.view();
      }
      made.pause = earlier.pause;
      made.lastRun = earlier.lastRun;
      made.leftOutAt = earlier.leftOutAt;
      if (options.overlap() == OverlapPolicy.QUEUE_ONE) {
        made.waitingRunAt = earlier.waitingRunAt;
      }
      if (earlier.timing.equals(timing)) {
        made.awaitedJobId = earlier.awaitedJobId;
        Instant kept = made.beforeEnd(earlier.nextRunAt);
        if (kept != null || made.awaitedJobId != null) {
          made.nextRunAt = kept;
        }
      } else if (earlier.timing instanceof Timing.FixedDelay before
          && timing instanceof Timing.FixedDelay after) {
        made.awaitedJobId = earlier.awaitedJobId;
        if (earlier.awaitedJobId != null || earlier.nextRunAt != null) {
          made.nextRunAt =
              made.beforeEnd(
                  earlier.nextRunAt == null || earlier.lastRun == null
                      ? earlier.nextRunAt
                      : earlier.nextRunAt.minus(before.delay()).plus(after.delay()));
        }
      }
    }
    schedules.put(name, made);
    return made.view();
  }

  @Override
  public synchronized boolean remove(String name, Actor actor) {
    Objects.requireNonNull(actor, "actor");
    return schedules.remove(name) != null;
  }

  @Override
  public synchronized void pause(String name, Actor actor) {
    Actor checked = SubmittedValues.withReason("A pause", actor);
    Schedule schedule = require(name);
    if (schedule.pause == null) {
      Instant now = clock.instant();
      schedule.pause = new Pause(now, checked.name(), checked.reason().orElseThrow());
      schedule.changed = new StoredChange(now, Optional.of(checked.name()));
    }
  }

  @Override
  public synchronized void resume(String name, Actor actor) {
    Actor checked = Objects.requireNonNull(actor, "actor");
    Schedule schedule = require(name);
    if (schedule.pause != null) {
      Instant now = clock.instant();
      schedule.pause = null;
      if (schedule.timing instanceof Timing.Cron cron) {
        schedule.nextRunAt = ScheduleTimes.first(cron, now, schedule.options.until().orElse(null));
      }
      schedule.changed = new StoredChange(now, Optional.of(checked.name()));
    }
  }

  @Override
  public synchronized UUID runNow(String name, Actor actor) {
    Actor checked = Objects.requireNonNull(actor, "actor");
    Schedule schedule = require(name);
    UUID id = table.newId();
    table.insertScheduled(name, schedule.job.withRun(id, checked.name(), null));
    schedule.lastRun = new StoredRun(clock.instant(), id);
    if (schedule.timing instanceof Timing.FixedDelay) {
      schedule.nextRunAt = null;
      schedule.awaitedJobId = id;
    }
    return id;
  }

  @Override
  public synchronized List<UUID> backfill(String name, Instant from, Instant to, Actor actor) {
    ScheduleTimes.checkRange(from, to);
    Actor checked = Objects.requireNonNull(actor, "actor");
    Schedule schedule = require(name);
    List<UUID> ids = new ArrayList<>();
    for (Instant time :
        ScheduleTimes.past(
            name,
            schedule.timing,
            from,
            to,
            schedule.options.until().orElse(null),
            clock.instant())) {
      UUID id = ScheduledRuns.jobId(name, time);
      table.insertScheduled(name, schedule.job.withRun(id, checked.name(), null));
      ids.add(id);
    }
    return List.copyOf(ids);
  }

  private Schedule require(String name) {
    Schedule schedule = schedules.get(name);
    if (schedule == null) {
      throw new JobScheduleNotFoundException(name);
    }
    return schedule;
  }

  /** The due time of the next run of a schedule. */
  synchronized Optional<Instant> nextRun() {
    return schedules.values().stream()
        .filter(schedule -> schedule.pause == null)
        .map(schedule -> schedule.nextRunAt)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }

  /** Submits the jobs of the runs that are due: as {@code ScheduledRunStore} does. */
  synchronized void fireDue() {
    Instant now = clock.instant();
    for (Schedule schedule : schedules.values()) {
      if (schedule.pause == null && !schedule.hasEnded()) {
        if (schedule.timing instanceof Timing.FixedDelay fixed) {
          fireIfDue(schedule, fixed, now);
        } else {
          fireIfDue(schedule, now);
        }
      }
    }
  }

  private void fireIfDue(Schedule schedule, Timing.FixedDelay timing, Instant now) {
    LockedSchedule locked = schedule.locked(now);
    DelayedRun run =
        DelayedRun.of(
            locked,
            timing,
            table.unendedOf(schedule.name).orElse(null),
            schedule.awaitedJobId == null ? null : table.endOf(schedule.awaitedJobId));
    Instant time = run.submitted();
    if (time != null && isRefused(schedule, List.of(DueRunsPlan.job(locked, time)), time)) {
      schedule.nextRunAt = now.plus(timing.delay());
      schedule.awaitedJobId = null;
      return;
    }
    schedule.nextRunAt = run.next();
    schedule.awaitedJobId = run.awaited();
    if (time != null) {
      NewJob job = DueRunsPlan.job(locked, time);
      table.insertScheduled(schedule.name, job);
      schedule.lastRun = new StoredRun(time, job.id());
      schedule.awaitedJobId = job.id();
      schedule.error = null;
    }
  }

  /** Notes the refusal of runs that are due, if there is no room for them. */
  private boolean isRefused(Schedule schedule, List<NewJob> jobs, Instant last) {
    BacklogFullException refusal = table.refusal(jobs);
    if (refusal == null) {
      return false;
    }
    schedule.leftOutAt = last;
    schedule.error = ScheduledRunStore.refusal(refusal);
    return true;
  }

  private void fireIfDue(Schedule schedule, Instant now) {
    boolean isBusy =
        schedule.options.overlap() != OverlapPolicy.ALLOW
            && table.unendedOf(schedule.name).isPresent();
    boolean isDue =
        (schedule.nextRunAt != null && !schedule.nextRunAt.isAfter(now))
            || (schedule.waitingRunAt != null && !isBusy);
    if (isDue) {
      fire(schedule, isBusy, now);
    }
  }

  private void fire(Schedule schedule, boolean isBusy, Instant now) {
    LockedSchedule locked = schedule.locked(now);
    DueRuns due = DueRunsPlan.plan(locked);
    OverlappingRuns runs =
        OverlappingRuns.of(locked.overlap(), due.times(), locked.waitingRunAt(), isBusy);
    List<NewJob> jobs =
        runs.submitted().stream().map(time -> DueRunsPlan.job(locked, time)).toList();
    if (!jobs.isEmpty() && isRefused(schedule, jobs, runs.submitted().get(jobs.size() - 1))) {
      schedule.nextRunAt = due.next();
      schedule.waitingRunAt = null;
      return;
    }
    schedule.error = null;
    if (locked.overlap() == OverlapPolicy.CANCEL_RUNNING && isBusy && !runs.submitted().isEmpty()) {
      // The newest is the only one that is submitted; a backfill may have done that already
      table.cancelUnended(
          schedule.name, ScheduledRuns.jobId(schedule.name, runs.submitted().get(0)));
    }
    for (int i = 0; i < jobs.size(); i++) {
      table.insertScheduled(schedule.name, jobs.get(i));
      schedule.lastRun = new StoredRun(runs.submitted().get(i), jobs.get(i).id());
    }
    schedule.nextRunAt = due.next();
    schedule.waitingRunAt = runs.waiting();
    if (!runs.leftOut().isEmpty()) {
      schedule.leftOutAt = runs.leftOut().get(runs.leftOut().size() - 1);
    } else if (due.tooLate() != null) {
      schedule.leftOutAt = due.tooLate();
    }
  }
}
