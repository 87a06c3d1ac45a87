package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.ControlStore;
import dev.tenon.jobs.internal.store.LifeCycle;
import dev.tenon.jobs.internal.store.Settlement;
import dev.tenon.jobs.internal.store.WorkflowLocks;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cancels and retries whole workflows, each with one transaction: nobody sees a part of the change,
 * no task starts between two parts, and no event occurs there. Meanwhile the workflow is locked, so
 * the ends of its running jobs are recorded afterwards. Thread-safe.
 */
public final class WorkflowControlStore {

  private static final int PAGE = 500;

  private static final Set<JobStatus> WAITING = EnumSet.of(JobStatus.PENDING, JobStatus.QUEUED);
  private static final Set<JobStatus> RETRYABLE = EnumSet.of(JobStatus.FAILED, JobStatus.CANCELLED);

  private final Database database;

  /** The store of this database. */
  public WorkflowControlStore(Database database) {
    this.database = database;
  }

  /**
   * Cancels everything that waits in a workflow and in those that are tasks of it, as if it were
   * cancelled job by job.
   *
   * @param change writes the entry of the audit
   * @return the number of cancelled jobs; a task with many jobs that has none yet counts as one
   * @throws WorkflowStore.NoSuchWorkflow if there is none
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the
   *     workflow, or the row of a job, for two seconds
   */
  public int cancelWaiting(UUID workflowId, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          List<UUID> all = lock(dsl, workflowId);
          int[] count = {ForEachTasks.cancel(dsl, database.tables(), all)};
          if (count[0] > 0) {
            Settlement.settleBeforeCommit(dsl, database);
          }
          inPages(
              after -> jobs(dsl, all, WAITING, after),
              page -> {
                List<UUID> left = page;
                while (!left.isEmpty()) {
                  ControlStore.SomeCancelled some = ControlStore.cancelFirst(dsl, database, left);
                  count[0] += some.count();
                  left = some.left();
                }
              });
          if (count[0] > 0) {
            change.record(dsl, database.tables(), "cancelled");
          }
          return count[0];
        });
  }

  /**
   * The jobs and tasks that run again.
   *
   * @param jobs the jobs
   * @param tasks the number of tasks with many jobs whose payloads are made again
   */
  public record Again(List<ControlStore.Retried> jobs, int tasks) {

    /** Makes the list immutable. */
    public Again {
      jobs = List.copyOf(jobs);
    }

    /** The number of jobs, with each of the tasks as one. */
    public int count() {
      return jobs.size() + tasks;
    }
  }

  /**
   * Runs the failed and cancelled jobs of a workflow again, and of those that are tasks of it.
   *
   * @param change writes the entry of the audit
   * @throws WorkflowStore.NoSuchWorkflow if there is none
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the
   *     workflow, or the row of a job, for two seconds
   */
  public Again retry(UUID workflowId, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          List<UUID> all = lock(dsl, workflowId);
          List<ControlStore.Retried> jobs = new ArrayList<>();
          Consumer<List<UUID>> retry =
              page -> jobs.addAll(ControlStore.retryWithOthers(dsl, database, page));
          inPages(after -> jobs(dsl, all, RETRYABLE, after), retry);
          Settlement.settleBeforeCommit(dsl, database);
          int tasks = prepareAgain(dsl, all);
          // Only now is it known which follow-ups can run again
          inPages(
              after -> WorkflowReadStore.followUpsToRetry(dsl, database.tables(), all, after, PAGE),
              retry);
          Again again = new Again(jobs, tasks);
          if (again.count() > 0) {
            change.record(dsl, database.tables(), "runs again");
          }
          return again;
        });
  }

  /**
   * Runs a workflow that has ended again from one of its tasks.
   *
   * @param workflowId the workflow, or one that is a task of it
   * @param taskId a job or a workflow; the workflow itself stands for all of its tasks
   * @param change writes the entry of the audit
   * @throws WorkflowStore.NoSuchWorkflow if there is none
   * @throws IllegalArgumentException if there is no such task, or it is a follow-up
   * @throws IllegalStateException if the workflow has not ended, or the task was skipped
   * @throws StoreUnavailableException with SQL state 55P03 if another transaction holds the
   *     workflow, or the row of a job, for two seconds
   */
  public Again runAgainFrom(UUID workflowId, UUID taskId, ChangeByHand change) {
    return change.inTransaction(
        database.dsl(),
        ControlStore.MAX_LOCK_WAIT,
        dsl -> {
          Tables tables = database.tables();
          UUID root = root(dsl, workflowId);
          List<UUID> all = lock(dsl, root);
          requireEnded(dsl, root);
          requireTask(dsl, workflowId, taskId, all);
          List<ControlStore.Retried> jobs = new ArrayList<>();
          int[] tasks = {0};
          boolean[] starts = {false};
          for (var row : LifeCycle.runAgainFrom(dsl, tables, all, taskId)) {
            starts[0] |= row.starts();
            if (row.job() == null) {
              tasks[0]++;
            } else {
              jobs.add(row.job());
            }
          }
          if (!starts[0]) {
            throw new IllegalStateException(
                "Task %s cannot run again: %s"
                    .formatted(
                        taskId,
                        jobs.isEmpty() && tasks[0] == 0
                            ? "it has no jobs, and nothing depends on it. Choose another task of the workflow."
                            : "a task before it did not end as required, so it was skipped. Run the workflow again from that task."));
          }
          change.record(dsl, tables, "runs again from task " + taskId);
          return new Again(jobs, tasks[0]);
        });
  }

  private UUID root(DSLContext dsl, UUID workflowId) {
    Tables.Workflows w = database.tables().workflows;
    return dsl.select(w.id)
        .from(w)
        .where(
            w.id
                .in(WorkflowLocks.withAbove(dsl, database.tables(), List.of(workflowId)))
                .and(w.parentId.isNull()))
        .fetchOptional(w.id)
        .orElseThrow(() -> new WorkflowStore.NoSuchWorkflow(workflowId));
  }

  private void requireEnded(DSLContext dsl, UUID root) {
    Tables.Workflows w = database.tables().workflows;
    var row =
        dsl.select(w.outcome, w.unsettled, w.members, w.name)
            .from(w)
            .where(w.id.eq(root))
            .fetchSingle();
    if (row.value1() == null) {
      throw new IllegalStateException(
          "Workflow %s, '%s', has not ended: %d of its %d members have not. Wait for its end, or cancel it first; failed jobs of a running workflow can be retried."
              .formatted(root, row.value4(), row.value2(), row.value3()));
    }
  }

  private void requireTask(DSLContext dsl, UUID workflowId, UUID taskId, List<UUID> all) {
    Tables tables = database.tables();
    UUID workflowOfJob = WorkflowLocks.ofJobs(dsl, tables, List.of(taskId)).get(taskId);
    if (!all.contains(taskId) && (workflowOfJob == null || !all.contains(workflowOfJob))) {
      throw new IllegalArgumentException(
          "There is no task %s in workflow %s, nor in the workflows that are its tasks. Give the id of a job of it, or of a workflow that is a task of it."
              .formatted(taskId, workflowId));
    }
    Tables.WorkflowTasks s = tables.workflowTasks;
    if (dsl.fetchExists(s, s.id.eq(taskId).and(s.isFollowUp))) {
      throw new IllegalArgumentException(
          "Job %s is a follow-up of the workflow, and no task depends on it. Retry the job, or run the workflow again from a task: then its events can occur again."
              .formatted(taskId));
    }
  }

  /** A task may wait for another one, so this is repeated until there are no more. */
  private int prepareAgain(DSLContext dsl, List<UUID> workflowIds) {
    List<UUID> left = new ArrayList<>(workflowIds);
    int tasks = 0;
    while (true) {
      List<UUID> again = ForEachTasks.prepareAgain(dsl, database.tables(), left);
      if (again.isEmpty()) {
        return tasks;
      }
      Settlement.settleBeforeCommit(dsl, database);
      tasks += again.size();
      left.removeAll(again);
    }
  }

  private List<UUID> lock(DSLContext dsl, UUID workflowId) {
    Tables tables = database.tables();
    Database.useCustomPlans(dsl);
    List<UUID> all = WorkflowReadStore.withNested(dsl, tables, workflowId);
    WorkflowLocks.lock(dsl, tables, all);
    return all;
  }

  /** A page of the members of workflows that are jobs in one of these states. */
  private List<UUID> jobs(
      DSLContext dsl, List<UUID> workflowIds, Set<JobStatus> statuses, @Nullable UUID after) {
    return WorkflowReadStore.jobs(
        dsl, database.tables(), workflowIds, statuses, false, after, PAGE);
  }

  /** A reader of pages of jobs. */
  private interface NextPage {

    /** The jobs after the last one of the previous page, which is null for the first page. */
    List<UUID> after(@Nullable UUID last);
  }

  private static void inPages(NextPage pages, Consumer<List<UUID>> action) {
    @Nullable UUID last = null;
    while (true) {
      List<UUID> page = pages.after(last);
      if (!page.isEmpty()) {
        action.accept(page);
        last = page.get(page.size() - 1);
      }
      if (page.size() < PAGE) {
        return;
      }
    }
  }
}
