package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.Collections;
import java.util.List;

/** Small workflows, and how each of them has to end whatever is broken meanwhile. */
enum FaultGraphs {
  /** Tasks one after the other, of which one is attempted twice. */
  CHAIN("completed, 3 completed, 0 failed, 0 skipped, 0 in tasks, 0 follow-ups run, 0 not") {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type) {
      Task<Done> first = workflow.add(type, WORK);
      Task<Done> second = workflow.add(type, new Work(Action.FAIL_ONCE, 1)).after(first);
      workflow.add(type, WORK).after(second);
    }
  },

  /** One of two branches fails: what joins them is not started, and a compensation is. */
  DIAMOND("failed, 4 completed, 1 failed, 1 skipped, 0 in tasks, 0 follow-ups run, 0 not") {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type) {
      Task<Done> first = workflow.add(type, WORK);
      Task<Done> failing = workflow.add(type, FAIL).after(first);
      Task<Done> other = workflow.add(type, WORK).after(first);
      Task<Done> join = workflow.add(type, WORK).after(failing, other);
      workflow.add(type, WORK).afterFailureOf(failing);
      workflow.add(type, WORK).afterEndOf(join);
    }
  },

  /** Jobs that complete, with a follow-up for each event. */
  BATCH("completed, 1 completed, 0 failed, 0 skipped, 3 in tasks, 3 follow-ups run, 1 not") {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type) {
      workflow.addAll(type, Collections.nCopies(3, WORK));
      followUps(workflow, type);
    }
  },

  /** Jobs of which one fails, with a follow-up for each event. */
  FAILING_BATCH("failed, 2 completed, 1 failed, 0 skipped, 0 in tasks, 3 follow-ups run, 1 not") {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type) {
      for (Work work : List.of(WORK, FAIL, WORK)) {
        workflow.add(type, work);
      }
      followUps(workflow, type);
    }
  },

  /** A result that makes three jobs, and one that waits for all of these. */
  FOR_EACH("completed, 3 completed, 0 failed, 0 skipped, 3 in tasks, 1 follow-ups run, 0 not") {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type) {
      Task<Done> first = workflow.add(type, WORK);
      Task<List<Done>> each = workflow.addEach(type, FaultJobs.THREE, first);
      workflow.add(type, WORK).after(each);
      workflow.onAllSettled(type, WORK);
    }
  };

  private static final Work WORK = new Work(Action.WORK, 1);
  private static final Work FAIL = new Work(Action.FAIL, 0);

  /** How all workflows stand, in the words of {@link #ending()}. */
  static final String ENDINGS =
      """
      SELECT w.name || ': ' || coalesce(w.outcome, 'unsettled') || ', ' || w.completed || ' completed, '
        || w.failed || ' failed, ' || w.skipped || ' skipped, ' || (
          SELECT coalesce(sum(n.completed), 0) FROM tenon.workflows n WHERE n.parent_id = w.id) || ' in tasks, '
        || (SELECT count(*) FILTER (WHERE j.status = 'completed') || ' follow-ups run, '
              || count(*) FILTER (WHERE j.status = 'cancelled') || ' not'
            FROM tenon.jobs j JOIN tenon.workflow_tasks s ON s.id = j.id
            WHERE j.workflow_id = w.id AND s.is_follow_up), count(*)
      FROM tenon.workflows w WHERE w.parent_id IS NULL GROUP BY 1
      """;

  private final String ending;

  FaultGraphs(String ending) {
    this.ending = ending;
  }

  abstract void fill(Workflow workflow, TypedJobs<Work, Done> type);

  private static void followUps(Workflow workflow, TypedJobs<Work, Done> type) {
    workflow.onFirstFailure(type, WORK);
    workflow.onAllAttempted(type, WORK);
    workflow.onAllSucceeded(type, WORK);
    workflow.onAllSettled(type, WORK);
  }

  Workflow workflow(JobService jobs) {
    Workflow workflow = Workflow.named(name()).submittedBy("faults");
    fill(workflow, new TypedJobs<>(FaultJobs.WORK, jobs, jobs));
    return workflow;
  }

  /** How each one ends. */
  String ending() {
    return name() + ": " + ending;
  }
}
