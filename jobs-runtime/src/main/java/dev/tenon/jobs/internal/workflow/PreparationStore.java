package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.Recorded;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.store.SubmitStore;
import dev.tenon.jobs.internal.store.WorkflowLocks;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the payloads of workflow tasks whose predecessors have ended. Thread-safe. */
public final class PreparationStore {

  private static final Logger LOG = LoggerFactory.getLogger(PreparationStore.class);

  /** The message of a payload that was not made because the task was cancelled. */
  static final String CANCELLED = "It was cancelled before its payload was made.";

  private final Database database;
  private final SubmitStore submits;
  private final ReadyTasks readyTasks;

  /**
   * The store of this database.
   *
   * @param maxResultBytes the largest total size of the results that a payload is made from, as
   *     JSON in UTF-8, in bytes; also the limit for the tasks of one round together
   */
  public PreparationStore(Database database, SubmitStore submits, int maxResultBytes) {
    this.database = database;
    this.submits = submits;
    this.readyTasks = new ReadyTasks(database.tables(), maxResultBytes);
  }

  /**
   * A task whose payload can be made.
   *
   * @param id its job, or the workflow that is to have its jobs
   * @param workflowId the workflow that it is a task of
   * @param type the job type, by the name that it was submitted with
   * @param version the version that the draft was written as
   * @param input the name of the method that makes the payload
   * @param isForEach true if it makes the payloads of many jobs
   * @param draft the draft as JSON; {@code null} in JSON if there is none
   * @param submittedBy the submitter of the workflow
   * @param itemId the item that its jobs belong to
   * @param priority the priority of its jobs; null for that of their type
   * @param headers the headers of the jobs of a task with many
   * @param latestStart how late its jobs may start; null for what their type declares
   * @param delay the time from now until they are due
   * @param since the time since when it could be made; another time once it has been made
   * @param results the results of the earlier tasks, in their order
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
      Headers headers,
      NewJob.@Nullable LatestStart latestStart,
      Duration delay,
      Instant since,
      List<Results> results) {

    /** The task with another draft and other results. */
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
          headers,
          latestStart,
          delay,
          since,
          results);
    }
  }

  /**
   * The result of a task, or the results of a task with many jobs.
   *
   * @param manyOf the type of its jobs, by the name that it was submitted with, if it has many;
   *     null if it has one
   * @param results the results of those that have completed, including jobs of other types that
   *     were added while it ran
   */
  public record Results(@Nullable String manyOf, List<Result> results) {

    /** Returns true if the task has many jobs. */
    public boolean isMany() {
      return manyOf != null;
    }
  }

  /**
   * The result of a job.
   *
   * @param jobId the job
   * @param type its type, by the name that it was submitted with
   * @param version the version that the result was written as; null if the job has not completed
   * @param json the result; null if the job has none
   */
  public record Result(UUID jobId, String type, @Nullable Integer version, @Nullable String json) {

    /** The result with other JSON. */
    public Result with(String json) {
      return new Result(jobId, type, version, json);
    }
  }

  /** The result of preparing a task. */
  public sealed interface Prepared {

    /** The payloads: one for a task with one job. */
    record Jobs(List<NewJob> jobs) implements Prepared {}

    /** The task is not needed. */
    record NotNeeded() implements Prepared {}

    /** The payload can never be made. */
    record Failed(JobError.Reason reason, @Nullable String errorClass, String message)
        implements Prepared {}

    /** This process cannot make the payload; another one may know what is missing. */
    record LeftToOthers() implements Prepared {}
  }

  /**
   * Makes the payloads of some tasks that are ready, and lets their jobs start. They are made
   * outside of any transaction, because that runs the application's code. Then they are written,
   * unless another process has done so meanwhile.
   *
   * @param types the names of the types that this process makes payloads of
   * @param limit the largest number of tasks
   * @param maxTime the time until no further payload is begun, so that those that are made get
   *     written
   * @param maker makes the payloads
   * @return the jobs that can be started now, and whether there may be more to prepare
   */
  public StartableJobs prepare(
      Collection<String> types, int limit, Duration maxTime, Function<Ready, Prepared> maker) {
    List<UUID> workflowIds = candidates(database.control(), types, limit);
    if (workflowIds.isEmpty()) {
      return StartableJobs.NOTHING;
    }
    ReadyTasks.Found found =
        Database.inTransaction(
            database.control(),
            dsl -> {
              Database.useCustomPlans(dsl);
              return readyTasks.find(dsl, types, workflowIds, limit);
            });
    Map<Ready, Prepared> prepared = new LinkedHashMap<>();
    found.tooLarge().forEach((task, bytes) -> prepared.put(task, tooLarge(task, bytes)));
    long begin = System.nanoTime();
    boolean hasMore = found.hasMore();
    for (Ready task : found.ready()) {
      if (System.nanoTime() - begin > maxTime.toNanos()) {
        hasMore = true;
        break;
      }
      prepared.put(task, maker.apply(task));
    }
    StartableJobs written =
        Database.inTransaction(database.control(), dsl -> write(dsl, types, workflowIds, prepared));
    return hasMore ? new StartableJobs(written.pointers(), written.othersMayWait(), true) : written;
  }

  private Prepared tooLarge(Ready task, long bytes) {
    String message =
        "The results that the payload is made from have at least %d bytes, but the limit for the results of one task is %d. Let the earlier tasks store large data elsewhere and return a reference to it, or raise the limit with SizeLimits.withTaskResultsBytes."
            .formatted(bytes, readyTasks.maxResultBytes());
    LOG.error(
        "The payload of task {} of job type '{}' cannot be made: {}",
        task.id(),
        task.type(),
        message);
    return new Prepared.Failed(
        JobError.Reason.RESULT_TOO_LARGE,
        null,
        "Task %s of job type '%s': %s".formatted(task.id(), task.type(), message));
  }

  /** The workflows of tasks that are ready. */
  private List<UUID> candidates(DSLContext dsl, Collection<String> types, int limit) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return dsl.select(s.workflowId)
        .from(s)
        .where(
            s.prepareAt.le(currentInstant()).and(s.type.eq(DSL.any(types.toArray(String[]::new)))))
        .orderBy(s.prepareAt)
        .limit(limit)
        .fetch(s.workflowId);
  }

  private StartableJobs write(
      DSLContext dsl,
      Collection<String> types,
      List<UUID> workflowIds,
      Map<Ready, Prepared> prepared) {
    Database.useCustomPlans(dsl);
    List<UUID> locked = lockFree(dsl, workflowIds);
    setAside(dsl, types, locked);
    Map<UUID, Instant> unchanged = unchanged(dsl, locked, prepared.keySet());
    MadeTasks tasks = new MadeTasks(database);
    prepared.forEach(
        (task, what) -> {
          if (task.since().equals(unchanged.get(task.id()))) {
            tasks.add(task, what);
          }
        });
    List<NewJob> added = tasks.apply(dsl);
    StartableJobs settled = Settlement.settle(dsl, database);
    List<Recorded> recorded = submits.insert(dsl, added);
    WorkflowStore.pauseNew(dsl, database.tables(), added);
    return WorkflowStore.with(
        recorded,
        new StartableJobs(
            tasks.pointers(settled),
            settled.othersMayWait() || tasks.hasMade(),
            settled.canPrepare()));
  }

  /**
   * The times since when the payloads of these tasks can be made, for those that are still to be
   * made.
   */
  private Map<UUID, Instant> unchanged(
      DSLContext dsl, List<UUID> workflowIds, Collection<Ready> tasks) {
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    return dsl.select(s.id, s.prepareAt)
        .from(s)
        .where(
            s.id
                .eq(DSL.any(tasks.stream().map(Ready::id).toArray(UUID[]::new)))
                .and(s.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
                .and(s.prepareAt.isNotNull()))
        .fetchMap(s.id, s.prepareAt);
  }

  /**
   * Locks those workflows that nobody else has locked, and the workflows that they are tasks of,
   * starting with the outermost. The others are left to the current holders, or to another time.
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

  /**
   * Sets aside jobs that were cancelled before they had a payload. They get one if they are run
   * again.
   */
  private void setAside(DSLContext dsl, Collection<String> types, List<UUID> workflowIds) {
    JobTables.States j = database.tables().states;
    Tables.WorkflowTasks s = database.tables().workflowTasks;
    Field<JobStatus> status = DSL.field(DSL.select(j.status).from(j).where(j.id.eq(s.id)));
    dsl.update(s)
        .setNull(s.prepareAt)
        .set(s.error, CANCELLED)
        .where(
            s.prepareAt
                .le(currentInstant())
                .and(s.type.eq(DSL.any(types.toArray(String[]::new))))
                .and(s.workflowId.eq(DSL.any(workflowIds.toArray(UUID[]::new))))
                .and(status.ne(JobStatus.PENDING)))
        .execute();
  }
}
