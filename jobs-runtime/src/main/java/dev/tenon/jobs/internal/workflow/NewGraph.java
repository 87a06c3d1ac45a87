package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.Headers;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.store.NewJob;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow to be recorded, with the workflows that are tasks of it.
 *
 * @param workflows the workflows; the first one is the submitted one
 * @param jobs the jobs of all of them
 * @param tasks the tasks that wait for others, or get their payloads from them
 * @param edges the dependencies of the tasks
 * @param after workflows that existed before, and that a task waits for
 * @param unique the unique key of the submitted one; null if it has none
 */
public record NewGraph(
    List<NewWorkflow> workflows,
    List<NewJob> jobs,
    List<NewTask> tasks,
    List<NewEdge> edges,
    List<UUID> after,
    @Nullable Unique unique) {

  /** Makes the lists immutable. */
  public NewGraph {
    workflows = List.copyOf(workflows);
    jobs = List.copyOf(jobs);
    tasks = List.copyOf(tasks);
    edges = List.copyOf(edges);
    after = List.copyOf(after);
  }

  /**
   * A unique key.
   *
   * @param scope until when the workflow has it
   */
  public record Unique(String key, UniqueScope scope) {}

  /**
   * A workflow.
   *
   * @param parentId the workflow that it is a task of; null if it was submitted separately
   * @param headers the headers of jobs that are made or added later
   * @param isOpen true if members may be added even after all of them have ended
   * @param members the number of jobs except follow-ups, and of workflows that are tasks
   * @param followUps the number of follow-ups
   */
  public record NewWorkflow(
      UUID id,
      String name,
      @Nullable UUID parentId,
      String submittedBy,
      Headers headers,
      boolean isOpen,
      int members,
      int followUps) {}

  /**
   * A task.
   *
   * @param id the job, or the workflow that has its jobs
   * @param workflowId the workflow that it is a task of
   * @param type the job type
   * @param waitsFor the number of edges that lead to it
   * @param delayMillis the delay of the job after the earlier tasks, in milliseconds
   * @param input the method that makes its payload; null if the payload was given
   * @param isForEach true if the method makes the payloads of many jobs
   * @param draft the draft of these payloads; null if there is none or the job has it
   * @param version the version that the draft was written as
   * @param itemId the item that these jobs belong to
   * @param priority the priority of these jobs; null for that of their type
   * @param latestStart how late these jobs may start; null for what their type declares
   */
  public record NewTask(
      UUID id,
      UUID workflowId,
      boolean isFollowUp,
      String type,
      int waitsFor,
      long delayMillis,
      @Nullable String input,
      boolean isForEach,
      @Nullable String draft,
      int version,
      @Nullable String itemId,
      @Nullable JobPriority priority,
      NewJob.@Nullable LatestStart latestStart) {}

  /**
   * A dependency of a task.
   *
   * @param predecessor a job or a workflow
   * @param condition the code of the condition
   * @param position the position of its result in the payload; null for none
   * @param leadsOut true if the task is in another workflow than the predecessor
   */
  public record NewEdge(
      UUID predecessor,
      UUID successor,
      String condition,
      @Nullable Short position,
      boolean leadsOut) {}
}
