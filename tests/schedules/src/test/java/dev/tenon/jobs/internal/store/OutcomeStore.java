package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Stands in for the class of this name: writes outcomes to a callback. Some workflows may be locked
 * by others.
 */
public final class OutcomeStore {

  private final Consumer<AttemptEnd> table;
  private final Function<NextTasks, List<ClaimedJob>> nextTasks;
  private final Set<UUID> locked = new HashSet<>();

  /** Creates a store without locked workflows, and without next tasks. */
  public OutcomeStore(Consumer<AttemptEnd> table) {
    this(table, next -> List.of());
  }

  /**
   * Creates a store without locked workflows.
   *
   * @param nextTasks claims the tasks that follow the ends before
   */
  public OutcomeStore(
      Consumer<AttemptEnd> table, Function<NextTasks, List<ClaimedJob>> nextTasks) {
    this.table = table;
    this.nextTasks = nextTasks;
  }

  /** Locks a workflow, or unlocks it. */
  public void lock(UUID workflowId, boolean isLocked) {
    if (isLocked) {
      locked.add(workflowId);
    } else {
      locked.remove(workflowId);
    }
  }

  /** What has been recorded. */
  public record Finished(Set<UUID> recorded, StartableJobs startable, List<ClaimedJob> claimed) {}

  /** What has been recorded of what was free. */
  public record FinishedInPart(Set<UUID> recorded, Set<UUID> free, StartableJobs startable) {}

  /** Records ends of jobs outside of workflows. */
  public Set<UUID> finish(List<AttemptEnd> ends) {
    Set<UUID> recorded = new HashSet<>();
    for (AttemptEnd end : ends) {
      table.accept(end);
      recorded.add(end.lease().jobId());
    }
    return recorded;
  }

  /** Records ends, unless a workflow is locked, and claims the tasks that follow. */
  public Finished finish(List<AttemptEnd> ends, NextTasks next) {
    if (!locked.isEmpty()) {
      throw new StoreUnavailableException("locked", "55P03", new SQLException("locked"));
    }
    Set<UUID> recorded = finish(ends);
    return new Finished(recorded, StartableJobs.NOTHING, nextTasks.apply(next));
  }

  /** Records the ends of jobs whose workflows are not locked. */
  public FinishedInPart finishFree(List<AttemptEnd> ends, Map<UUID, UUID> workflows) {
    Set<UUID> free = new HashSet<>(workflows.values());
    free.removeAll(locked);
    List<AttemptEnd> some =
        ends.stream()
            .filter(
                end -> {
                  UUID workflow = workflows.get(end.lease().jobId());
                  return workflow == null || free.contains(workflow);
                })
            .toList();
    return new FinishedInPart(finish(some), free, StartableJobs.NOTHING);
  }
}
