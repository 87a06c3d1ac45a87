package dev.tenon.jobs.runtime;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.workflow.WorkflowSizes;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.listen.JobListener.Source;
import dev.tenon.jobs.listen.JobListener.Submitting;
import dev.tenon.jobs.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Adds jobs to workflows that are open, and closes these. Thread-safe. */
final class OpenWorkflows {

  private final WorkflowStore store;
  private final NewJobFactory newJobs;
  private final JobListeners listeners;
  private final Starts starts;

  /**
   * Creates the open workflows of a database.
   *
   * @param listeners are called for jobs that are added
   * @param starts receives the jobs that can be started now
   */
  OpenWorkflows(WorkflowStore store, NewJobFactory newJobs, JobListeners listeners, Starts starts) {
    this.store = store;
    this.newJobs = newJobs;
    this.listeners = listeners;
    this.starts = starts;
  }

  /** Adds jobs to a workflow, and returns their ids. */
  <P, R> List<UUID> add(
      WorkflowState workflow, JobDefinition<P, R> definition, List<? extends P> payloads) {
    Submitting submitting =
        listeners.submitting(
            () ->
                new ListenerRecords.Submit(
                    Source.WORKFLOW,
                    workflow.name(),
                    List.of(
                        new ListenerRecords.Jobs(
                            definition.type(), definition.routingKey(), payloads.size())),
                    false));
    try {
      List<NewJob> jobs = new ArrayList<>();
      SubmitOptions options =
          SubmitOptions.by(workflow.submittedBy()).withHeaders(workflow.headers());
      for (P payload : payloads) {
        jobs.add(
            newJobs
                .submitted(definition, payload, jobs.size(), options)
                .in(new NewJob.InWorkflow(workflow.id(), false)));
      }
      List<NewJob> added = SubmitEvents.traced(jobs, submitting.traceContext());
      record(workflow.id(), added);
      List<UUID> ids = added.stream().map(NewJob::id).toList();
      submitting.submitted(ids.stream().map(id -> new Submitted(id, true)).toList());
      return ids;
    } catch (RuntimeException | Error e) {
      submitting.failed(e);
      throw e;
    }
  }

  private void record(UUID workflowId, List<NewJob> added) {
    try {
      starts.startable(
          WorkflowFailures.trying(
              "add to workflow " + workflowId, () -> store.add(workflowId, added)));
    } catch (WorkflowStore.HasNotStarted e) {
      throw new IllegalStateException(
          "Workflow %s waits for others and has no jobs yet, so nothing can be added to it. Add the jobs when the others have ended, or add a separate task. If the workflow that it waited for has been deleted, submit another one."
              .formatted(workflowId),
          e);
    } catch (WorkflowStore.IsFull e) {
      throw new IllegalStateException(
          "Workflow %s, '%s', has %d jobs, so %d more cannot be added: a workflow may have up to %d jobs, which wait for each other in up to %d places. Submit another workflow for them; it can wait for this one with after(id)."
              .formatted(
                  workflowId,
                  e.name(),
                  e.members(),
                  added.size(),
                  WorkflowSizes.MAX_TASKS,
                  WorkflowSizes.MAX_EDGES),
          e);
    } catch (WorkflowStore.HasEnded e) {
      throw new IllegalStateException(
          "Workflow %s has ended, so nothing can be added to it. Leave it open with leftOpen(), and close it when everything has been added."
              .formatted(workflowId),
          e);
    }
  }

  /** Closes a workflow: nothing more is added to it. */
  void close(UUID workflowId) {
    starts.startable(
        WorkflowFailures.trying("close workflow " + workflowId, () -> store.close(workflowId)));
  }
}
