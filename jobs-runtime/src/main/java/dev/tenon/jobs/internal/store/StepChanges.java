package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes of steps and signals that people make. Each has its entry in the audit. Thread-safe.
 *
 * <p>Every method throws {@link StoreUnavailableException} with SQL state 55P03 if another
 * transaction holds the row of the job for two seconds.
 */
public final class StepChanges {

  private final Database database;
  private final SignalStore signals;
  private final HotStatement decide;
  private final HotStatement forget;

  /** The changes in this database. */
  public StepChanges(Database database) {
    this.database = database;
    this.signals = new SignalStore(database);
    Tables tables = database.tables();
    this.decide =
        HotStatement.call(tables, "decide_step", "job", "name", "key", "is_done", "result");
    this.forget = HotStatement.call(tables, "forget_from_step", "job", "name", "key");
  }

  /** The reason that a step cannot be decided. */
  public enum Problem {
    /** There is no such job. */
    NO_SUCH_JOB,
    /** The job has ended. */
    JOB_ENDED,
    /** The job has no such step. */
    NO_SUCH_STEP,
    /** The step is not in doubt. */
    NOT_IN_DOUBT
  }

  /**
   * The result of a decision.
   *
   * @param problem the reason that nothing was changed; null if it was
   * @param status the status of the job; null if there is none
   * @param type the type of the job; null if there is none
   * @param startable the job, if it has become due
   */
  public record Decided(
      @Nullable Problem problem,
      @Nullable JobStatus status,
      @Nullable String type,
      StartableJobs startable) {}

  /**
   * Records what a person has found out about a step that is in doubt.
   *
   * @param isDone whether it was done
   * @param result its result as JSON; null if it has none
   */
  public Decided decide(
      UUID jobId,
      String name,
      String key,
      boolean isDone,
      @Nullable String result,
      ChangeByHand change) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("job", jobId);
    values.put("name", name);
    values.put("key", key);
    values.put("is_done", isDone);
    values.put("result", result);
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          List<Decided> decided = new ArrayList<>();
          decide.run(dsl, values, row -> decided.add(decided(jobId, row)));
          if (decided.get(0).problem() == null) {
            change.record(
                dsl,
                database.tables(),
                "step '%s'%s %s"
                    .formatted(
                        name,
                        key.isEmpty() ? "" : " (" + key + ")",
                        isDone ? "was done" : "was not done"));
          }
          return decided.get(0);
        });
  }

  private static Decided decided(UUID jobId, ResultSet row) throws SQLException {
    String problem = row.getString("problem");
    String status = row.getString("status");
    String type = row.getString("type");
    StartableJobs startable = StartableJobs.NOTHING;
    if (row.getBoolean("is_woken")) {
      boolean isPublished = row.getBoolean("is_published");
      startable =
          new StartableJobs(
              isPublished
                  ? List.of(
                      new JobPointer(
                          jobId,
                          type,
                          row.getString("routing_key"),
                          JobPriority.ofLevel(row.getShort("priority")),
                          row.getLong("lease"),
                          row.getBoolean("is_external")))
                  : List.of(),
              !isPublished,
              false);
    }
    return new Decided(
        problem == null ? null : Problem.valueOf(problem.toUpperCase(Locale.ROOT)),
        status == null ? null : JobStatus.ofCode(status),
        type,
        startable);
  }

  /**
   * The result of running a job again from a step.
   *
   * @param hasStep whether there is such a record
   * @param retried the job; empty if it is neither failed nor cancelled, or has no such record
   */
  public record RunAgain(boolean hasStep, Optional<ControlStore.Retried> retried) {}

  /**
   * Runs a failed or cancelled job again, without the records of a step and of everything that
   * began after it.
   */
  public RunAgain runAgainFrom(UUID jobId, String name, String key, ChangeByHand change) {
    List<UUID> ids = List.of(jobId);
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          Tables tables = database.tables();
          WorkflowLocks.lockOfJobs(dsl, tables, ids);
          boolean isLocked =
              dsl.selectOne()
                      .from(tables.ended)
                      .where(
                          tables
                              .ended
                              .id
                              .eq(jobId)
                              .and(tables.ended.status.in(JobStatus.FAILED, JobStatus.CANCELLED)))
                      .forUpdate()
                      .fetchOne()
                  != null;
          if (!isLocked) {
            return new RunAgain(true, Optional.empty());
          }
          if (!forget(dsl, jobId, name, key)) {
            return new RunAgain(false, Optional.empty());
          }
          List<ControlStore.Retried> retried = ControlStore.retry(dsl, tables, ids);
          if (retried.isEmpty()) {
            // A task of a workflow that cannot start yet; the records stay as they were
            throw new NotRetriedException();
          }
          change.record(
              dsl,
              tables,
              "runs again from step '%s'%s".formatted(name, key.isEmpty() ? "" : " (" + key + ")"));
          Settlement.settleBeforeCommit(dsl, database);
          return new RunAgain(true, retried.stream().findFirst());
        });
  }

  /** Thrown, and the transaction rolled back, if other tasks keep a job from starting. */
  public static final class NotRetriedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private NotRetriedException() {
      super("The job cannot be retried.");
    }
  }

  private boolean forget(DSLContext dsl, UUID jobId, String name, String key) {
    List<Boolean> found = new ArrayList<>();
    forget.run(
        dsl,
        Map.<String, Object>of("job", jobId, "name", name, "key", key),
        row -> found.add(row.getBoolean(1)));
    return found.contains(true);
  }

  /**
   * Sends a signal by hand.
   *
   * @return the job, which has to be woken after the commit
   */
  public SignalStore.Sent send(UUID jobId, NewSignal signal, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          SignalStore.Sent sent = signals.send(dsl, signal, List.of(jobId), false);
          if (sent.targets().stream().anyMatch(SignalStore.Target::isNew)) {
            change.record(
                dsl,
                database.tables(),
                "signal '%s' with id '%s'".formatted(signal.name(), signal.id()));
          }
          return sent;
        });
  }
}
