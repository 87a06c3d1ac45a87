package dev.tenon.jobs.runtime;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.TypedJobs;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.operate.MonitorWorkflows;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.store.StartableJobs;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.workflow.WorkflowControlStore;
import dev.tenon.jobs.internal.workflow.WorkflowPauseStore;
import dev.tenon.jobs.internal.workflow.WorkflowReadStore;
import dev.tenon.jobs.workflow.JobWorkflows;
import dev.tenon.jobs.workflow.WorkflowNotFoundException;
import dev.tenon.jobs.workflow.WorkflowQuery;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads workflows, adds to them and stops them, in the database. Thread-safe. */
final class DefaultJobWorkflows implements JobWorkflows {

  private static final int PAGE = 500;

  private final WorkflowReadStore reads;
  private final MonitorWorkflows pages;
  private final WorkflowPauseStore pauses;
  private final WorkflowControlStore controls;
  private final OpenWorkflows open;
  private final Starts starts;
  private final JobControls jobs;

  /**
   * Creates the workflows of a database.
   *
   * @param starts receives the jobs that can be started now
   * @param jobs cancels single jobs
   */
  DefaultJobWorkflows(
      WorkflowReadStore reads,
      MonitorWorkflows pages,
      WorkflowPauseStore pauses,
      WorkflowControlStore controls,
      OpenWorkflows open,
      Starts starts,
      JobControls jobs) {
    this.reads = reads;
    this.pages = pages;
    this.pauses = pauses;
    this.controls = controls;
    this.open = open;
    this.starts = starts;
    this.jobs = jobs;
  }

  @Override
  public Optional<WorkflowState> find(UUID workflowId) {
    return WorkflowFailures.trying("read workflow " + workflowId, () -> reads.find(workflowId));
  }

  @Override
  public Optional<WorkflowState> find(String name, String uniqueKey) {
    SubmittedValues.name("name", name);
    SubmittedValues.name("uniqueKey", uniqueKey);
    return WorkflowFailures.trying(
        "read the workflow '%s' with a unique key".formatted(name),
        () -> reads.withKey(name, uniqueKey).flatMap(reads::find));
  }

  @Override
  public Optional<WorkflowTree> tree(UUID workflowId) {
    return WorkflowFailures.trying("read workflow " + workflowId, () -> reads.tree(workflowId));
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
    WorkflowState workflow =
        find(workflowId).orElseThrow(() -> new WorkflowNotFoundException(workflowId));
    return payloads.isEmpty() ? List.of() : open.add(workflow, type.definition(), payloads);
  }

  @Override
  public void close(UUID workflowId) {
    open.close(workflowId);
  }

  @Override
  public int cancel(UUID workflowId, Actor actor) {
    ChangeByHand change = inSteps("cancel workflow", workflowId, actor);
    int waiting =
        WorkflowFailures.trying(
            "cancel workflow " + workflowId, () -> controls.cancelWaiting(workflowId, change));
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
          WorkflowFailures.trying(
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
        WorkflowFailures.trying(
            "retry workflow " + workflowId, () -> controls.retry(workflowId, change));
    return started(again);
  }

  private int started(WorkflowControlStore.Again again) {
    starts.runAgain(again.jobs());
    if (again.tasks() > 0) {
      starts.startable(new StartableJobs(List.of(), false, true));
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
        WorkflowFailures.trying(
            "run workflow %s again".formatted(workflowId),
            () -> controls.runAgainFrom(workflowId, taskId, change)));
  }

  @Override
  public void pause(UUID workflowId, Actor actor) {
    ChangeByHand change =
        ChangeByHand.of(
            "pause workflow", workflowId.toString(), SubmittedValues.withReason("A pause", actor));
    List<UUID> all = withNested(workflowId);
    WorkflowFailures.trying(
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
    WorkflowFailures.trying(
        "resume workflow " + workflowId,
        () -> {
          pauses.resume(all, change);
          return all;
        });
    starts.startable(new StartableJobs(List.of(), true, true));
  }

  private static ChangeByHand inSteps(String action, UUID workflowId, Actor actor) {
    return ChangeByHand.inSteps(
        action, workflowId.toString(), Objects.requireNonNull(actor, "actor"));
  }

  private List<UUID> withNested(UUID workflowId) {
    return WorkflowFailures.trying(
        "read workflow " + workflowId, () -> reads.withNested(workflowId));
  }
}
