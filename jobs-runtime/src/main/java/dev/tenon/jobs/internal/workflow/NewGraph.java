package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.store.NewJob;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A workflow to be recorded, with the workflows that are tasks of it.
 *
 * @param workflows the workflows; the first one is that which was submitted
 * @param jobs the jobs of all of them
 * @param tasks what waits for others, or gets its payload from them
 * @param edges what the tasks wait for
 * @param after workflows that were there before, and lead to a task
 */
public record NewGraph(
    List<NewWorkflow> workflows,
    List<NewJob> jobs,
    List<NewTask> tasks,
    List<NewEdge> edges,
    List<UUID> after) {

  /** Makes the lists immutable. */
  public NewGraph {
    workflows = List.copyOf(workflows);
    jobs = List.copyOf(jobs);
    tasks = List.copyOf(tasks);
    edges = List.copyOf(edges);
    after = List.copyOf(after);
  }

  /**
   * A workflow.
   *
   * @param parentId the workflow that it is a task of; null if it was submitted by itself
   * @param isOpen whether members may come whatever has ended
   * @param members how many jobs it has except follow-ups, and how many workflows that are tasks
   * @param followUps how many follow-ups
   */
  public record NewWorkflow(
      UUID id,
      String name,
      @Nullable UUID parentId,
      String submittedBy,
      boolean isOpen,
      int members,
      int followUps) {}

  /**
   * A task.
   *
   * @param id the job, or the workflow that has its jobs
   * @param workflowId the workflow that it is a task of
   * @param type the job type
   * @param waitsFor how many edges lead to it
   * @param delayMillis how long after the tasks before it the job is due
   * @param input the method that makes its payload; null if that was given
   * @param isForEach whether the method makes the payloads of many jobs
   * @param draft the draft of these payloads; null if there is none or the job has it
   * @param version the version with which the draft was written
   * @param itemId what these jobs belong to
   * @param priority the priority of these jobs; null for that of their type
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
      @Nullable JobPriority priority) {}

  /**
   * What a task waits for.
   *
   * @param predecessor a job or a workflow
   * @param condition the code of the condition
   * @param position which result it is for the payload; null for none
   * @param leadsOut whether the task is in another workflow than the predecessor
   */
  public record NewEdge(
      UUID predecessor,
      UUID successor,
      String condition,
      @Nullable Short position,
      boolean leadsOut) {}
}
