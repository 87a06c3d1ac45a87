package dev.tenon.jobs.internal.workflow;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.workflow.WorkflowState;
import dev.tenon.jobs.workflow.WorkflowTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A workflow with those that are tasks of it, as they were read from the table. */
record StoredTree(
    WorkflowState state,
    List<WorkflowTree> nested,
    Map<JobStatus, Long> allJobs,
    boolean isComplete)
    implements WorkflowTree {

  StoredTree {
    nested = List.copyOf(nested);
    allJobs = Map.copyOf(allJobs);
  }

  /**
   * Puts workflows together.
   *
   * @param states the workflows; each comes after the one that it is a task of
   */
  static Optional<WorkflowTree> of(UUID root, List<WorkflowState> states, boolean isComplete) {
    Map<UUID, List<WorkflowTree>> nested = new HashMap<>();
    // Backwards: whatever is nested is there before the workflow that it is a task of
    for (int i = states.size() - 1; i >= 0; i--) {
      WorkflowState state = states.get(i);
      List<WorkflowTree> tasks = new ArrayList<>(nested.getOrDefault(state.id(), List.of()));
      Collections.reverse(tasks);
      Map<JobStatus, Long> all = new EnumMap<>(JobStatus.class);
      all.putAll(state.jobs());
      for (WorkflowTree task : tasks) {
        task.allJobs().forEach((status, count) -> all.merge(status, count, Long::sum));
      }
      WorkflowTree tree = new StoredTree(state, tasks, all, isComplete);
      if (state.id().equals(root)) {
        return Optional.of(tree);
      }
      state
          .parentId()
          .ifPresent(parent -> nested.computeIfAbsent(parent, id -> new ArrayList<>()).add(tree));
    }
    return Optional.empty();
  }
}
