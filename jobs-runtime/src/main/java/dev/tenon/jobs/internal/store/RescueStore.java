package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.HeartbeatStore.Beat;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes the jobs of workers that are lost. Thread-safe. */
public final class RescueStore {

  private static final Duration SHORT_WAIT = Duration.ofMillis(50);

  /** The maximum number of failed tries in one rescue; each takes some of the leader's time. */
  private static final int MAX_TRIES_IN_VAIN = 20;

  private final Database database;
  private final HotStatement rescue;
  private final HotStatement forgetClaims;

  /** The store of this database. */
  public RescueStore(Database database) {
    this.database = database;
    this.rescue =
        HotStatement.call(
            database.tables(),
            "rescue_jobs",
            "workers",
            "heartbeats",
            "are_crashes",
            "max_crashes",
            "workflows",
            "max_jobs");
    this.forgetClaims = HotStatement.call(database.tables(), "forget_claims", "workers");
  }

  /**
   * A job that was taken from a worker that is lost.
   *
   * @param pointer the pointer to publish if the job is pending; it goes before all others
   * @param workerId the worker
   * @param status the new status of the job
   * @param isPublished whether the pointer of a pending job is to be published
   */
  public record Rescued(
      JobPointer pointer, String workerId, JobStatus status, boolean isPublished) {}

  /**
   * A worker that is lost: it was silent for too long, or its process has ended.
   *
   * @param beat its last heartbeat. A worker that has sent another one since is left alone.
   * @param isCrash whether its jobs may have crashed it; if not, its end has another cause
   */
  public record Silent(Beat beat, boolean isCrash) {}

  /**
   * Takes the jobs from workers that are lost: they go back to pending without counting the
   * attempt. A job that has lost too many workers to crashes fails, because it probably crashes
   * them.
   *
   * @param leadership proof that the caller is the leader
   * @param silent the workers
   * @param maxCrashes the number of crashes that fails a job
   * @param limit how many jobs at most
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public List<Rescued> rescue(
      Leadership leadership, List<Silent> silent, int maxCrashes, int limit) {
    List<Rescued> rescued =
        LeaderStore.asLeader(
            database, leadership, dsl -> rescue(dsl, silent, maxCrashes, limit, null));
    forgetClaimsOf(silent);
    return rescued;
  }

  private void forgetClaimsOf(List<Silent> silent) {
    String[] workers = silent.stream().map(each -> each.beat().workerId()).toArray(String[]::new);
    forgetClaims.run(database.control(), Map.of("workers", workers), row -> {});
  }

  /**
   * Does the same as {@link #rescue}, but skips jobs of workflows that other transactions hold, and
   * does not wait for these.
   *
   * @param rescued receives the rescued jobs after each commit
   */
  public void rescueFree(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      Consumer<List<Rescued>> rescued) {
    // These jobs have no effect on workflows, so no workflow can hold them up
    rescued.accept(
        LeaderStore.asLeader(
            database, leadership, dsl -> rescue(dsl, silent, maxCrashes, limit, List.of())));
    rescueOfWorkflows(leadership, silent, maxCrashes, limit, rescued);
    forgetClaimsOf(silent);
  }

  private void rescueOfWorkflows(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      Consumer<List<Rescued>> rescued) {
    List<UUID> workflows = new ArrayList<>(workflowsOf(silent, limit));
    if (workflows.isEmpty()) {
      return;
    }
    try {
      rescued.accept(rescueFree(leadership, silent, maxCrashes, limit, workflows));
    } catch (StoreUnavailableException e) {
      if (!e.isHeldByOthers()) {
        throw e;
      }
      // Others hold yet another workflow that has tasks waiting for one of these
      Collections.shuffle(workflows);
      rescueOneByOne(leadership, silent, maxCrashes, limit, workflows, rescued);
    }
  }

  private void rescueOneByOne(
      Leadership leadership,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      List<UUID> workflows,
      Consumer<List<Rescued>> rescued) {
    int inVain = 0;
    for (UUID workflowId : workflows) {
      try {
        rescued.accept(rescueFree(leadership, silent, maxCrashes, limit, List.of(workflowId)));
      } catch (StoreUnavailableException e) {
        if (!e.isHeldByOthers()) {
          throw e;
        }
        inVain++;
        if (inVain == MAX_TRIES_IN_VAIN) {
          return;
        }
      }
    }
  }

  private List<Rescued> rescueFree(
      Leadership leadership, List<Silent> silent, int maxCrashes, int limit, List<UUID> workflows) {
    return LeaderStore.asLeader(
        database,
        leadership,
        dsl -> {
          Database.limitLockWait(dsl, SHORT_WAIT);
          Set<UUID> free = WorkflowLocks.lockFree(dsl, database.tables(), workflows);
          return rescue(dsl, silent, maxCrashes, limit, free);
        });
  }

  /** Returns the workflows of jobs that these workers run. */
  private Set<UUID> workflowsOf(List<Silent> silent, int limit) {
    UnnestedRows<Silent> rows = new UnnestedRows<>("s", silent);
    Field<String> workerId = rows.column("id", SQLDataType.CLOB, each -> each.beat().workerId());
    RunningJobs runs = new RunningJobs(database.tables(), workerId, Optional.empty());
    return database
        .control()
        .selectDistinct(runs.workflowId())
        .from(rows.table(), runs.table())
        .where(runs.workflowId().isNotNull())
        .limit(limit)
        .fetchSet(runs.workflowId());
  }

  /**
   * Rescues jobs.
   *
   * @param workflows only jobs of these workflows and those of none; null for all
   */
  private List<Rescued> rescue(
      DSLContext dsl,
      List<Silent> silent,
      int maxCrashes,
      int limit,
      @Nullable Collection<UUID> workflows) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("workers", silent.stream().map(s -> s.beat().workerId()).toArray(String[]::new));
    values.put(
        "heartbeats", silent.stream().map(s -> s.beat().heartbeatAt()).toArray(Instant[]::new));
    values.put("are_crashes", silent.stream().map(Silent::isCrash).toArray(Boolean[]::new));
    values.put("max_crashes", maxCrashes);
    values.put("workflows", workflows == null ? null : workflows.toArray(UUID[]::new));
    values.put("max_jobs", limit);
    List<Rescued> all = new ArrayList<>();
    rescue.run(dsl, values, row -> all.add(rescued(row)));
    // Thousands of tasks may end with a job, and the leader's statements end after a few seconds
    Settlement.settleBeforeCommit(dsl, database);
    return all;
  }

  private static Rescued rescued(ResultSet row) throws SQLException {
    return new Rescued(
        new JobPointer(
            row.getObject(1, UUID.class),
            row.getString(2),
            row.getString(3),
            JobPointer.RESCUED,
            row.getLong(4),
            row.getBoolean(5)),
        row.getString(6),
        JobStatus.ofCode(row.getString(7)),
        row.getBoolean(8));
  }

  /**
   * Deletes silent workers that were lost so long ago that nobody asks about them. It waits for
   * nobody: a worker whose row is locked is deleted another time.
   */
  public int forgetLost(List<Silent> silent, Duration age) {
    Tables.Workers w = database.tables().workers;
    return database
        .control()
        .deleteFrom(w)
        .where(
            w.id.in(
                select(w.id)
                    .from(w)
                    .where(
                        w.id
                            .eq(
                                DSL.any(
                                    silent.stream()
                                        .map(each -> each.beat().workerId())
                                        .toArray(String[]::new)))
                            .and(w.heartbeatAt.lt(Intervals.beforeNow(age.toMillis()))))
                    .forUpdate()
                    .skipLocked()))
        .execute();
  }
}
