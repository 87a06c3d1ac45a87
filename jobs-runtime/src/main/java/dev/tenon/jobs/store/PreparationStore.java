package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.pointer.JobPointer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the payloads of workflow steps whose predecessors have ended, in any process that knows the
 * job types. Thread-safe.
 */
public final class PreparationStore {

  /** What a process cannot make is left to others for so long, and then tried again. */
  private static final Duration LEFT_TO_OTHERS = Duration.ofSeconds(1);

  /** Why a payload was not made, if nobody wanted it. */
  static final String CANCELLED = "It was cancelled before its payload was made.";

  private final Database database;
  private final SubmitStore submits;

  /** The store of this database. */
  public PreparationStore(Database database, SubmitStore submits) {
    this.database = database;
    this.submits = submits;
  }

  /**
   * A step whose payload can be made.
   *
   * @param id its job, or the workflow that is to have its jobs
   * @param workflowId the workflow that it is a step of
   * @param type the job type, by the name under which it was submitted
   * @param version the version with which the draft was written
   * @param input the name of the method that makes the payload
   * @param isForEach whether it makes the payloads of many jobs
   * @param draft the draft as JSON; {@code null} in JSON if there is none
   * @param submittedBy who has submitted the workflow
   * @param itemId what its jobs belong to
   * @param priority the priority of its jobs; null for that of their type
   * @param delay how long after now they are due
   * @param results the results of the steps before it, in their order
   */
  public record Ready(
      UUID id,
      UUID workflowId,
      String type,
      int version,
      String input,
      boolean isForEach,
      String draft,
      String submittedBy,
      @Nullable String itemId,
      @Nullable JobPriority priority,
      Duration delay,
      List<Results> results) {

    /** The step with another draft and other results. */
    public Ready with(String draft, List<Results> results) {
      return new Ready(
          id,
          workflowId,
          type,
          version,
          input,
          isForEach,
          draft,
          submittedBy,
          itemId,
          priority,
          delay,
          results);
    }
  }

  /**
   * The result of a step, or the results of a step with many jobs.
   *
   * @param manyOf the type of its jobs, by the name under which it was submitted, if it has many;
   *     null if it has one
   * @param results the results of those that have completed; also of jobs of other types that were
   *     added while it ran
   */
  public record Results(@Nullable String manyOf, List<Result> results) {

    /** Whether the step has many jobs. */
    public boolean isMany() {
      return manyOf != null;
    }
  }

  /**
   * The result of a job.
   *
   * @param jobId the job
   * @param type its type, by the name under which it was submitted
   * @param version the version with which the result was written; null for the first
   * @param json the result; null if the job has none
   */
  public record Result(UUID jobId, String type, @Nullable Integer version, @Nullable String json) {

    /** The result as other JSON. */
    public Result with(String json) {
      return new Result(jobId, type, version, json);
    }
  }

  /** What was made of a step. */
  public sealed interface Prepared {

    /** The payloads: one for a step with one job. */
    record Jobs(List<NewJob> jobs) implements Prepared {}

    /** The step is not needed. */
    record NotNeeded() implements Prepared {}

    /** No payload can be made, today or later. */
    record Failed(JobError.Reason reason, String errorClass, String message) implements Prepared {}

    /** This process cannot make it; another one may know what is missing. */
    record LeftToOthers() implements Prepared {}
  }

  /**
   * Makes the payloads of some steps that are ready, and lets their jobs go, in one transaction.
   *
   * @param types the names of the types that this process knows
   * @param limit how many steps at most
   * @param maker makes the payloads; it is not called for steps that another process has
   * @return what can be started now; and whether there may be more to prepare
   */
  public ReleasedJobs prepare(
      Collection<String> types, int limit, Function<Ready, Prepared> maker) {
    if (candidates(database.control(), types, limit).isEmpty()) {
      return ReleasedJobs.NOTHING;
    }
    return Database.inTransaction(database.control(), dsl -> prepare(dsl, types, limit, maker));
  }

  /** The workflows of steps that are ready. */
  private List<UUID> candidates(DSLContext dsl, Collection<String> types, int limit) {
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    return dsl.select(s.workflowId)
        .from(s)
        .where(
            s.prepareAt.le(currentInstant()).and(s.type.eq(DSL.any(types.toArray(String[]::new)))))
        .orderBy(s.prepareAt)
        .limit(limit)
        .fetch(s.workflowId);
  }

  private ReleasedJobs prepare(
      DSLContext dsl, Collection<String> types, int limit, Function<Ready, Prepared> maker) {
    List<UUID> locked = lockFree(dsl, candidates(dsl, types, limit));
    setAside(dsl, types, locked);
    List<Ready> ready = new ReadySteps(database.tables()).find(dsl, types, locked, limit);
    if (ready.isEmpty()) {
      return ReleasedJobs.NOTHING;
    }
    Steps steps = new Steps();
    for (Ready step : ready) {
      steps.add(step, maker.apply(step));
    }
    List<NewJob> added = apply(dsl, steps);
    ReleasedJobs settled = Settlement.settle(dsl, database);
    List<Recorded> recorded = submits.insert(dsl, added);
    WorkflowStore.pauseNew(dsl, database.tables(), added);
    return WorkflowStore.with(
        recorded,
        new ReleasedJobs(
            pointers(steps, settled),
            settled.othersMayWait() || !steps.made.isEmpty(),
            settled.canPrepare() || ready.size() == limit));
  }

  /**
   * Locks those workflows that nobody else has, and the ones that they are steps of, from the
   * outermost on. The others are left to whoever has them, or to another time.
   */
  private List<UUID> lockFree(DSLContext dsl, List<UUID> workflowIds) {
    Tables.Workflows w = database.tables().workflows;
    Set<UUID> all = WorkflowLocks.withAbove(dsl, database.tables(), workflowIds);
    Map<UUID, Optional<UUID>> locked = new HashMap<>();
    dsl.select(w.id, w.parentId)
        .from(w)
        .where(w.id.eq(DSL.any(all.toArray(UUID[]::new))))
        .orderBy(w.id)
        .forNoKeyUpdate()
        .skipLocked()
        .forEach(row -> locked.put(row.value1(), Optional.ofNullable(row.value2())));
    return workflowIds.stream().distinct().filter(id -> isLockedUpwards(locked, id)).toList();
  }

  private static boolean isLockedUpwards(Map<UUID, Optional<UUID>> locked, UUID workflowId) {
    Optional<UUID> parent = Optional.of(workflowId);
    while (parent.isPresent()) {
      parent = locked.get(parent.get());
      if (parent == null) {
        return false;
      }
    }
    return true;
  }

  /** Jobs that were cancelled before they had a payload get one if they are run again. */
  private void setAside(DSLContext dsl, Collection<String> types, List<UUID> workflowIds) {
    Tables.Jobs j = database.tables().jobs;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.error, CANCELLED)
        .from(j)
        .where(
            s.prepareAt
                .le(currentInstant())
                .and(s.type.eq(DSL.any(types.toArray(String[]::new))))
                .and(s.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
                .and(j.id.eq(s.id))
                .and(j.status.ne(JobStatus.PENDING)))
        .execute();
  }

  private static List<JobPointer> pointers(Steps steps, ReleasedJobs settled) {
    List<JobPointer> pointers = new ArrayList<>(settled.pointers());
    steps.made.forEach(
        made -> {
          if (made.step().delay().isZero() && made.job().isPublished()) {
            pointers.add(made.job().withId(made.step().id()).pointer());
          }
        });
    return pointers;
  }

  /** What was made of the steps, by what has to be done. */
  private static final class Steps {
    final List<Made> made = new ArrayList<>();
    final Map<UUID, List<NewJob>> expanded = new HashMap<>();
    final List<UUID> notNeeded = new ArrayList<>();
    final List<Refused> refused = new ArrayList<>();
    final List<UUID> leftToOthers = new ArrayList<>();

    void add(Ready step, Prepared prepared) {
      if (prepared instanceof Prepared.Jobs jobs) {
        if (step.isForEach()) {
          expanded.put(
              step.id(),
              jobs.jobs().stream()
                  .map(job -> job.in(new NewJob.InWorkflow(step.id(), false)))
                  .toList());
        } else {
          made.add(new Made(step, jobs.jobs().get(0)));
        }
      } else if (prepared instanceof Prepared.NotNeeded) {
        notNeeded.add(step.id());
      } else if (prepared instanceof Prepared.Failed failed) {
        refused.add(new Refused(step, failed));
      } else {
        leftToOthers.add(step.id());
      }
    }
  }

  private record Made(Ready step, NewJob job) {}

  private record Refused(Ready step, Prepared.Failed why) {}

  private List<NewJob> apply(DSLContext dsl, Steps steps) {
    List<NewJob> added = new ArrayList<>();
    if (!steps.made.isEmpty()) {
      letGo(dsl, steps.made);
    }
    steps.expanded.forEach((id, jobs) -> expand(dsl, id, jobs));
    steps.expanded.values().forEach(added::addAll);
    if (!steps.notNeeded.isEmpty()) {
      skip(dsl, steps.notNeeded);
    }
    steps.refused.forEach(refused -> refuse(dsl, refused));
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    if (!steps.leftToOthers.isEmpty()) {
      dsl.update(s)
          .set(s.prepareAt, Intervals.after(currentInstant(), inline(LEFT_TO_OTHERS.toMillis())))
          .where(s.id.eq(DSL.any(steps.leftToOthers.toArray(UUID[]::new))))
          .execute();
    }
    return added;
  }

  /** Gives jobs their payloads, and lets them go. */
  private void letGo(DSLContext dsl, List<Made> made) {
    Tables.Jobs j = database.tables().jobs;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    Tables.Workflows w = database.tables().workflows;
    UnnestedRows<Made> n = new UnnestedRows<>("n", made);
    var id = n.column("id", SQLDataType.UUID, each -> each.step().id());
    var payload = n.column("payload", SQLDataType.CLOB, each -> each.job().payload());
    var bytes =
        n.column("bytes", SQLDataType.INTEGER, each -> StoredText.utf8Length(each.job().payload()));
    var version = n.column("version", SQLDataType.INTEGER, each -> each.job().version());
    var limitKey = n.column("limit_key", SQLDataType.CLOB, each -> each.job().limitKey());
    var delay = n.column("delay", SQLDataType.BIGINT, each -> each.step().delay().toMillis());
    Field<Instant> due =
        when(w.pausedAt.isNotNull(), Intervals.never())
            .otherwise(Intervals.after(currentInstant(), delay));
    dsl.update(j)
        .set(j.status, JobStatus.PENDING)
        .set(j.payload, payload.cast(JSON.class))
        .set(j.payloadBytes, bytes)
        .set(j.version, version)
        .set(j.limitKey, limitKey)
        .set(j.runAt, due)
        .set(j.publishAt, Intervals.after(due, inline(500L)))
        .from(n.table(), w)
        .where(
            j.id
                .eq(id)
                .and(w.id.eq(j.workflowId))
                .and(j.status.in(StatusChange.PUT_BACK.from()))
                .and(j.runAt.eq(Intervals.never())))
        .execute();
    dsl.update(s)
        .setNull(s.prepareAt)
        .where(s.id.eq(DSL.any(made.stream().map(each -> each.step().id()).toArray(UUID[]::new))))
        .execute();
  }

  /** Says how many jobs a step has; they are recorded after this. */
  private void expand(DSLContext dsl, UUID workflowId, List<NewJob> jobs) {
    Tables.Workflows w = database.tables().workflows;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    dsl.update(w)
        .set(w.isOpen, false)
        .set(w.members, w.members.plus(jobs.size()))
        .set(w.unsettled, w.unsettled.plus(jobs.size()))
        .set(w.unattempted, w.unattempted.plus(jobs.size()))
        .where(w.id.eq(workflowId))
        .execute();
    dsl.update(s).setNull(s.prepareAt).where(s.id.eq(workflowId)).execute();
    Settlement.look(dsl, database.tables(), List.of(workflowId), Settlement.Look.CHANGED);
  }

  private void skip(DSLContext dsl, List<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    UUID[] ids = jobIds.toArray(UUID[]::new);
    // First this, by which a trigger tells what is skipped from what was cancelled
    dsl.update(s)
        .set(s.isStopped, true)
        .set(s.broken, s.broken.plus(1))
        .setNull(s.prepareAt)
        .where(s.id.eq(DSL.any(ids)))
        .execute();
    dsl.update(j)
        .set(j.status, JobStatus.CANCELLED)
        .set(j.finishedAt, currentInstant())
        .set(j.deleteAt, Intervals.failedRetentionFromNow(j))
        .where(j.id.eq(DSL.any(ids)).and(j.status.in(StatusChange.SKIP.from())))
        .execute();
  }

  private void refuse(DSLContext dsl, Refused refused) {
    Tables.Jobs j = database.tables().jobs;
    Tables.WorkflowSteps s = database.tables().workflowSteps;
    Tables.Workflows w = database.tables().workflows;
    UUID id = refused.step().id();
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.error, refused.why().message())
        .where(s.id.eq(id))
        .execute();
    if (refused.step().isForEach()) {
      // It counts as one job, which has failed
      dsl.update(w)
          .set(w.isOpen, false)
          .set(w.members, w.members.plus(1))
          .set(w.failed, w.failed.plus(1))
          .where(w.id.eq(id))
          .execute();
      Settlement.look(dsl, database.tables(), List.of(id), Settlement.Look.FAILED);
      return;
    }
    dsl.update(j)
        .set(j.status, JobStatus.FAILED)
        .set(j.finishedAt, currentInstant())
        .set(j.deleteAt, Intervals.failedRetentionFromNow(j))
        .set(j.errorReason, refused.why().reason())
        .set(j.errorClass, refused.why().errorClass())
        .set(j.errorMessage, refused.why().message())
        .where(j.id.eq(id).and(j.status.in(StatusChange.REFUSE_INPUT.from())))
        .execute();
  }
}
