package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.EncryptionKeyException;
import dev.tenon.jobs.JobsException;
import dev.tenon.jobs.JobsStartException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.definition.CronSchedule;
import dev.tenon.jobs.definition.DeclaredSchedule;
import dev.tenon.jobs.definition.FixedDelaySchedule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.schedule.LockedSchedule;
import dev.tenon.jobs.internal.schedule.ScheduleStore;
import dev.tenon.jobs.internal.schedule.ScheduleStore.NewSchedule;
import dev.tenon.jobs.internal.schedule.ScheduleTimes;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.StoredValues;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.ScheduleOptions;
import dev.tenon.jobs.operate.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The schedules of a runtime. */
final class DefaultJobSchedules implements JobSchedules {

  private static final Logger LOG = LoggerFactory.getLogger(DefaultJobSchedules.class);

  private final ScheduleStore store;
  private final RequestedRuns requestedRuns;
  private final JobMaker maker;
  private final Encryption encryption;

  /** A factory of the jobs that are recorded. */
  @FunctionalInterface
  interface JobMaker {

    /** Validates, and makes a job. */
    <P> NewJob job(JobDefinition<P, ?> definition, P payload, SubmitOptions options);
  }

  DefaultJobSchedules(
      ScheduleStore store, RequestedRuns requestedRuns, JobMaker maker, Encryption encryption) {
    this.store = store;
    this.requestedRuns = requestedRuns;
    this.maker = maker;
    this.encryption = encryption;
  }

  /**
   * Stores the schedules that these types declare.
   *
   * @throws JobsStartException if one of them cannot be stored
   * @throws dev.tenon.jobs.JobStoreException if the database cannot be reached
   */
  void declare(Collection<JobDefinition<?, ?>> definitions) {
    try {
      register(definitions);
    } catch (StoreException e) {
      throw StoreFailures.of("The schedules of this process were not recorded", null, e);
    }
  }

  private void register(Collection<JobDefinition<?, ?>> definitions) {
    Map<String, JobDefinition<?, ?>> types = new HashMap<>();
    Map<String, String> renamed = new HashMap<>();
    List<NewSchedule> declared = new ArrayList<>();
    Instant now = store.now();
    for (JobDefinition<?, ?> definition : definitions) {
      types.put(definition.type(), definition);
      for (String alias : definition.aliases()) {
        types.put(alias, definition);
        for (DeclaredSchedule<?> schedule : definition.schedules()) {
          renamed.put(schedule.fullName(alias), schedule.fullName(definition.type()));
        }
      }
      declared.addAll(declared(definition, now));
    }
    if (!types.isEmpty()) {
      store.register(
          declared,
          renamed,
          types.keySet(),
          schedule -> today(Objects.requireNonNull(types.get(schedule.job().type())), schedule),
          (stored, schedule) -> kept(types.get(stored.job().type()), stored, schedule));
    }
  }

  /**
   * The schedule with the stored payload, if that has the same value. Otherwise each start would
   * change the row, because encryption never produces the same string twice.
   */
  private NewSchedule kept(
      @Nullable JobDefinition<?, ?> definition, LockedSchedule stored, NewSchedule schedule) {
    NewJob before = stored.job();
    NewJob job = schedule.job();
    return definition != null
            && before.type().equals(job.type())
            && encryption.isSamePayload(definition, before.id(), before.payload(), job.payload())
        ? schedule.withJob(job.withPayload(before.payload()))
        : schedule;
  }

  /**
   * A schedule that was made at run time, maybe long ago, adapted to today's declaration of its
   * type.
   */
  private <P> Optional<NewSchedule> today(JobDefinition<P, ?> definition, LockedSchedule schedule) {
    NewJob job = schedule.job();
    SubmitOptions options = SubmitOptions.by(job.submittedBy()).withHeaders(job.headers());
    if (job.hasOwnPriority()) {
      options = options.withPriority(job.priority());
    }
    String itemId = job.itemId();
    try {
      P payload =
          StoredValues.payload(
              definition,
              job.id(),
              job.version(),
              encryption.readablePayload(definition, job.id(), job.payload()),
              "of the schedule '" + schedule.name() + "'");
      return Optional.of(
          new NewSchedule(
              schedule.name(),
              maker.job(definition, payload, itemId == null ? options : options.withItemId(itemId)),
              schedule.timing(),
              schedule.overlap(),
              schedule.catchUp(),
              schedule.jitter(),
              schedule.until(),
              // The next run of the row stays, because the timing does
              schedule.nextRunAt() == null
                  ? ScheduleTimes.first(schedule.timing(), schedule.now(), schedule.until())
                  : schedule.nextRunAt()));
    } catch (EncryptionKeyException e) {
      LOG.warn(
          "The schedule '{}' stays as it is stored. {}",
          LogText.escape(schedule.name()),
          e.getMessage());
      return Optional.empty();
    } catch (RuntimeException | StackOverflowError e) {
      // An upcaster or a constraint of the application may throw anything
      LOG.warn(
          "The schedule '{}' stays as it was made for an earlier declaration of job type '{}', because its payload does not fit today's ({}).",
          LogText.escape(schedule.name()),
          definition.type(),
          e.getClass().getName());
      return Optional.empty();
    }
  }

  private <P> List<NewSchedule> declared(JobDefinition<P, ?> definition, Instant now) {
    return definition.schedules().stream()
        .map(
            schedule -> {
              try {
                return declared(definition, schedule, now);
              } catch (JobsException | IllegalArgumentException e) {
                throw new JobsStartException(
                    "Tenon cannot start. The schedule%s of job type '%s' cannot be stored: %s"
                        .formatted(
                            schedule.name().isEmpty() ? "" : " '" + schedule.name() + "'",
                            definition.type(),
                            e.getMessage()),
                    e);
              }
            })
        .toList();
  }

  private <P> NewSchedule declared(
      JobDefinition<P, ?> definition, DeclaredSchedule<P> schedule, Instant now) {
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
    return schedule(
        schedule.fullName(definition.type()), definition, schedule.payload(), timing, options, now);
  }

  private <P> NewSchedule schedule(
      String name,
      JobDefinition<P, ?> definition,
      P payload,
      Timing timing,
      ScheduleOptions options,
      Instant now) {
    SubmitOptions submit = SubmitOptions.by("schedule:" + name).withHeaders(options.headers());
    if (options.priority().isPresent()) {
      submit = submit.withPriority(options.priority().get());
    }
    if (options.itemId().isPresent()) {
      submit = submit.withItemId(options.itemId().get());
    }
    return new NewSchedule(
        name,
        maker.job(definition, payload, submit),
        timing,
        options.overlap(),
        options.catchUp(),
        options.jitter(),
        options.until().orElse(null),
        ScheduleTimes.first(timing, now, options.until().orElse(null)));
  }

  @Override
  public List<JobSchedule> list() {
    return accessing("The schedules cannot be read", store::list);
  }

  @Override
  public Optional<JobSchedule> find(String name) {
    String checkedName = SubmittedValues.name("The name of the schedule", name);
    return accessing("The schedules cannot be read", () -> store.find(checkedName));
  }

  @Override
  public <P, R> JobSchedule put(
      String name,
      JobDefinition<P, R> definition,
      P payload,
      Timing timing,
      ScheduleOptions options,
      Actor actor) {
    String checkedName = SubmittedValues.scheduleName(name);
    Actor checked = Objects.requireNonNull(actor, "actor");
    if (timing instanceof Timing.FixedDelay) {
      SubmittedValues.checkFixedDelay(options);
    }
    return accessing(
            "The schedule '" + name + "' cannot be recorded",
            () -> {
              NewSchedule schedule =
                  schedule(checkedName, definition, payload, timing, options, store.now());
              ScheduleTimes.checkHasRun(name, options, schedule.nextRunAt());
              return store.put(schedule, checked);
            })
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The application declares a schedule with the name '%s' for that job type. Choose another name, or change the declaration."
                        .formatted(name)));
  }

  @Override
  public boolean remove(String name, Actor actor) {
    String checkedName = SubmittedValues.name("The name of the schedule", name);
    Actor checked = Objects.requireNonNull(actor, "actor");
    return accessing(
        "The schedule '" + name + "' cannot be removed", () -> store.remove(checkedName, checked));
  }

  @Override
  public void pause(String name, Actor actor) {
    Actor checked = SubmittedValues.withReason("A pause", actor);
    JobSchedule schedule = get(name);
    if (!schedule.isPaused()) {
      accessing(
          "The schedule '" + name + "' cannot be paused",
          () -> {
            store.pause(name, checked);
            return true;
          });
    }
  }

  @Override
  public void resume(String name, Actor actor) {
    Actor checked = Objects.requireNonNull(actor, "actor");
    JobSchedule schedule = get(name);
    if (schedule.isPaused()) {
      accessing(
          "The schedule '" + name + "' cannot be resumed",
          () -> {
            store.resume(
                name,
                checked,
                schedule.timing() instanceof Timing.Cron cron
                    ? ScheduleTimes.next(cron, store.now())
                    : null);
            return true;
          });
    }
  }

  @Override
  public UUID runNow(String name, Actor actor) {
    return requestedRuns.runNow(
        SubmittedValues.name("The name of the schedule", name),
        Objects.requireNonNull(actor, "actor"));
  }

  @Override
  public List<UUID> backfill(String name, Instant from, Instant to, Actor actor) {
    return requestedRuns.backfill(
        SubmittedValues.name("The name of the schedule", name),
        from,
        to,
        Objects.requireNonNull(actor, "actor"));
  }

  static <T> T accessing(String whatFails, Supplier<T> access) {
    try {
      return access.get();
    } catch (StoreException e) {
      throw StoreFailures.of(whatFails, null, e);
    }
  }
}
