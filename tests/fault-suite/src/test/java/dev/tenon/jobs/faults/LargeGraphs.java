package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import dev.tenon.jobs.workflow.Task;
import dev.tenon.jobs.workflow.Workflow;
import java.util.Collections;

/** Workflows of many tasks of which the first one fails, so that all others are skipped. */
enum LargeGraphs {
  /** Each task waits for the one before it. */
  LONG_CHAIN {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type, Task<Done> first, int tasks) {
      Task<Done> last = first;
      for (int i = 0; i < tasks; i++) {
        last = workflow.add(type, WORK).after(last);
      }
    }
  },

  /** All tasks wait for the first one, and one for all of them. */
  WIDE {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type, Task<Done> first, int tasks) {
      workflow
          .add(type, WORK)
          .after(workflow.addAll(type, Collections.nCopies(tasks, WORK)).after(first));
    }
  };

  private static final Work WORK = new Work(Action.WORK, 1);
  private static final int TASKS = FaultSettings.choose(300, 4_000);

  /** How many have ended in another way than they must, or not at all. */
  static final String WRONG =
      """
      SELECT count(*) FROM tenon.workflows
      WHERE parent_id IS NULL AND (outcome IS DISTINCT FROM 'failed' OR completed <> 0)
      """;

  abstract void fill(Workflow workflow, TypedJobs<Work, Done> type, Task<Done> first, int tasks);

  Workflow workflow(JobService jobs) {
    Workflow workflow = Workflow.named(name()).submittedBy("faults");
    TypedJobs<Work, Done> type = new TypedJobs<>(FaultJobs.WORK, jobs, jobs);
    fill(workflow, type, workflow.add(type, new Work(Action.FAIL, 0)), TASKS);
    return workflow;
  }
}
