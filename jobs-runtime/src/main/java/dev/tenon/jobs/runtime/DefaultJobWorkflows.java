package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.Submitted;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.listeners.ListenerRecords;
import dev.tenon.jobs.internal.operate.MonitorWorkflows;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.StoreException;
import dev.tenon.jobs.internal.sql.StoreFailures;
import dev.tenon.jobs.internal.store.NewJob;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.submit.NewJobFactory;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.workflow.WorkflowControlStore;
import dev.tenon.jobs.internal.workflow.WorkflowPauseStore;
import dev.tenon.jobs.internal.workflow.WorkflowReadStore;
import dev.tenon.jobs.internal.workflow.WorkflowSizes;
import dev.tenon.jobs.internal.workflow.WorkflowStore;
import dev.tenon.jobs.listen.JobListener.Source;
import dev.tenon.jobs.listen.JobListener.Submitting;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import dev.tenon.jobs.workflow.WorkflowQuery;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads workflows, adds to them and stops them, in the database. Thread-safe. */
final class DefaultJobWorkflows implements JobWorkflows {

  private static final int PAGE = 500;

  private final WorkflowStore store;
  private final WorkflowReadStore reads;
  private final MonitorWorkflows pages;
  private final WorkflowPauseStore pauses;
  private final WorkflowControlStore controls;
  private final NewJobFactory newJobs;
  private final JobListeners listeners;
  private final Consumer<StartableJobs> startable;
  private final DefaultJobService jobs;

  /**
   * Creates the workflows of a database.
   *
   * @param listeners are called for jobs that are added
   * @param startable receives the jobs that can be started now
   * @param jobs cancels and retries single jobs
   */
  DefaultJobWorkflows(
      WorkflowStore store,
      WorkflowReadStore reads,
      MonitorWorkflows pages,
      WorkflowPauseStore pauses,
      WorkflowControlStore controls,
      NewJobFactory newJobs,
      JobListeners listeners,
      Consumer<StartableJobs> startable,
      DefaultJobService jobs) {
    this.store = store;
    this.reads = reads;
    this.pages = pages;
    this.pauses = pauses;
    this.controls = controls;
    this.newJobs = newJobs;
    this.listeners = listeners;
    this.startable = startable;
    this.jobs = jobs;
  }

  @Override
  public Optional<WorkflowState> find(UUID workflowId) {
    return trying("read workflow " + workflowId, () -> reads.find(workflowId));
  }

  @Override
  public Optional<WorkflowState> find(String name, String uniqueKey) {
    SubmittedValues.name("name", name);
    SubmittedValues.name("uniqueKey", uniqueKey);
    return trying(
        "read the workflow '%s' with a unique key".formatted(name),
        () -> reads.withKey(name, uniqueKey).flatMap(reads::find));
  }

  @Override
  public Optional<WorkflowTree> tree(UUID workflowId) {
    return trying("read workflow " + workflowId, () -> reads.tree(workflowId));
  }

  @Override
  public Page<WorkflowState> list(WorkflowQuery query) {
    query.name().ifPresent(name -> SubmittedValues.name("name", name));
    query.cursor().ifPresent(Cursors::workflow);
    Page<UUID> ids = Searches.reading("The workflows cannot be read", () -> pages.list(query));
    // One that has just been deleted is left out
    List<WorkflowState> page = ids.items().stream().flatMap(id -> find(id).stream()).toList();
    return ids.next().map(next -> Page.followed(page, next)).orElse(Page.last(page));
  }

  @Override
  public <P, R> List<UUID> add(UUID workflowId, TypedJobs<P, R> type, List<? extends P> payloads) {
    JobDefinition<P, R> definition = type.definition();
    WorkflowState workflow =
        find(workflowId).orElseThrow(() -> new WorkflowNotFoundException(workflowId));
    if (payloads.isEmpty()) {
      return List.of();
    }
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
                .in(new NewJob.InWorkflow(workflowId, false)));
      }
      List<NewJob> added = SubmitEvents.traced(jobs, submitting.traceContext());
      record(workflowId, added);
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
      startable.accept(trying("add to workflow " + workflowId, () -> store.add(workflowId, added)));
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

  @Override
  public void close(UUID workflowId) {
    startable.accept(trying("close workflow " + workflowId, () -> store.close(workflowId)));
  }

  @Override
  public int cancel(UUID workflowId, Actor actor) {
    ChangeByHand change = inSteps("cancel workflow", workflowId, actor);
    int waiting =
        trying("cancel workflow " + workflowId, () -> controls.cancelWaiting(workflowId, change));
    // Everything that waited has ended, so the end of running jobs starts nothing
    return waiting + cancelRunning(withNested(workflowId), change);
  }

  /**
   * Asks running jobs to stop, each in its own transaction: one that ends just now has locked its
   * row, and waits for the workflow. Cancels jobs that wait again meanwhile.
   */
  private int cancelRunning(List<UUID> all, ChangeByHand change) {
    Set<JobStatus> statuses = EnumSet.of(JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING);
    int cancelled = 0;
    @Nullable UUID last = null;
    while (true) {
      @Nullable UUID after = last;
      List<UUID> page =
          trying(
              "read the jobs of workflow " + all.get(0),
              () -> reads.jobs(all, statuses, false, after, PAGE));
      for (UUID jobId : page) {
        if (jobs.cancel(jobId, change) != JobService.CancelResult.ALREADY_ENDED) {
          cancelled++;
        }
        last = jobId;
      }
      if (page.size() < PAGE) {
        return cancelled;
      }
    }
  }

  @Override
  public int retry(UUID workflowId, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of(
            "retry workflow", workflowId.toString(), Objects.requireNonNull(actor, "actor"));
    WorkflowControlStore.Again again =
        trying("retry workflow " + workflowId, () -> controls.retry(workflowId, change));
    return started(again);
  }

  private int started(WorkflowControlStore.Again again) {
    jobs.runAgain(again.jobs());
    if (again.tasks() > 0) {
      startable.accept(new StartableJobs(List.of(), false, true));
    }
    return again.count();
  }

  @Override
  public int runAgainFrom(UUID workflowId, UUID taskId, Actor actor) {
    Objects.requireNonNull(taskId, "taskId");
    ChangeByHand change =
        ChangeByHand.of(
            "run again from task", workflowId.toString(), Objects.requireNonNull(actor, "actor"));
    return started(
        trying(
            "run workflow %s again".formatted(workflowId),
            () -> controls.runAgainFrom(workflowId, taskId, change)));
  }

  @Override
  public void pause(UUID workflowId, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of(
            "pause workflow", workflowId.toString(), SubmittedValues.withReason("A pause", actor));
    List<UUID> all = withNested(workflowId);
    trying(
        "pause workflow " + workflowId,
        () -> {
          pauses.pause(all, change);
          return all;
        });
  }

  @Override
  public void resume(UUID workflowId, Actor actor) {
    ChangeByHand change = inSteps("resume workflow", workflowId, actor);
    List<UUID> all = withNested(workflowId);
    trying(
        "resume workflow " + workflowId,
        () -> {
          pauses.resume(all, change);
          return all;
        });
    startable.accept(new StartableJobs(List.of(), true, true));
  }

  private static ChangeByHand inSteps(String action, UUID workflowId, Actor actor) {
    return ChangeByHand.inSteps(
        action, workflowId.toString(), Objects.requireNonNull(actor, "actor"));
  }

  private List<UUID> withNested(UUID workflowId) {
    return trying("read workflow " + workflowId, () -> reads.withNested(workflowId));
  }

  private static <T> T trying(String what, Supplier<T> action) {
    try {
      return action.get();
    } catch (WorkflowStore.NoSuchWorkflow e) {
      throw new WorkflowNotFoundException(e.id());
    } catch (StoreException e) {
      throw StoreFailures.ofWorkflow("Could not " + what, e);
    }
  }
}
