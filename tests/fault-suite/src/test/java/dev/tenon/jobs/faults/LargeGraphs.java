package dev.tenon.jobs.faults;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.Step;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.Workflow;
import dev.tenon.jobs.faults.FaultJobs.Action;
import dev.tenon.jobs.faults.FaultJobs.Done;
import dev.tenon.jobs.faults.FaultJobs.Work;
import java.util.Collections;

/** Workflows of many steps of which the first one fails, so that all others are skipped. */
enum LargeGraphs {
  /** Each step waits for the one before it. */
  LONG_CHAIN {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type, Step<Done> first, int steps) {
      Step<Done> last = first;
      for (int i = 0; i < steps; i++) {
        last = workflow.add(type, WORK).after(last);
      }
    }
  },

  /** All steps wait for the first one, and one for all of them. */
  WIDE {
    @Override
    void fill(Workflow workflow, TypedJobs<Work, Done> type, Step<Done> first, int steps) {
      workflow
          .add(type, WORK)
          .after(workflow.addAll(type, Collections.nCopies(steps, WORK)).after(first));
    }
  };

  private static final Work WORK = new Work(Action.WORK, 1);
  private static final int STEPS = FaultSettings.choose(300, 4_000);

  /** How many have ended in another way than they must, or not at all. */
  static final String WRONG =
      """
      SELECT count(*) FROM tenon.workflows
      WHERE parent_id IS NULL AND (outcome IS DISTINCT FROM 'failed' OR completed <> 0)
      """;

  abstract void fill(Workflow workflow, TypedJobs<Work, Done> type, Step<Done> first, int steps);

  Workflow workflow(JobService jobs) {
    Workflow workflow = Workflow.named(name()).submittedBy("faults");
    TypedJobs<Work, Done> type = new TypedJobs<>(FaultJobs.WORK, jobs, jobs);
    fill(workflow, type, workflow.add(type, new Work(Action.FAIL, 0)), STEPS);
    return workflow;
  }
}
