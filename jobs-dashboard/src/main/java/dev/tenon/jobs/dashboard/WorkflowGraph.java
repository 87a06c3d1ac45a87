package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobMonitor.Dependency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Places the tasks of a workflow: each one right of all that it waits for. */
final class WorkflowGraph {

  static final int NODE_WIDTH = 190;
  static final int NODE_HEIGHT = 36;
  private static final int COLUMN = 250;
  private static final int ROW = 52;
  private static final int MARGIN = 8;

  /**
   * A task.
   *
   * @param id of the job or of the workflow
   * @param href where to read more
   * @param label what to call it
   * @param status how it is
   */
  record Task(UUID id, String href, String label, String status) {}

  private final Map<UUID, Task> tasks = new LinkedHashMap<>();
  private final List<Dependency> dependencies;
  private final Map<UUID, Integer> columns = new HashMap<>();
  private final Map<UUID, Integer> rows = new HashMap<>();
  private int width;
  private int height;

  WorkflowGraph(List<Task> tasks, List<Dependency> dependencies) {
    tasks.forEach(task -> this.tasks.put(task.id(), task));
    this.dependencies =
        dependencies.stream()
            .filter(
                d ->
                    this.tasks.containsKey(d.predecessor())
                        && this.tasks.containsKey(d.successor()))
            .toList();
    place();
  }

  private void place() {
    // A graph without circles has no longer way than it has tasks
    for (int round = 0; round < tasks.size(); round++) {
      boolean moved = false;
      for (Dependency d : dependencies) {
        int column = columns.getOrDefault(d.predecessor(), 0) + 1;
        if (column > columns.getOrDefault(d.successor(), 0)) {
          columns.put(d.successor(), column);
          moved = true;
        }
      }
      if (!moved) {
        break;
      }
    }
    Map<Integer, Integer> used = new HashMap<>();
    for (UUID id : tasks.keySet()) {
      int column = columns.getOrDefault(id, 0);
      int row = used.merge(column, 1, Integer::sum) - 1;
      rows.put(id, row);
      width = Math.max(width, column * COLUMN + NODE_WIDTH + 2 * MARGIN);
      height = Math.max(height, row * ROW + NODE_HEIGHT + 2 * MARGIN);
    }
  }

  private int x(UUID id) {
    return MARGIN + columns.getOrDefault(id, 0) * COLUMN;
  }

  private int y(UUID id) {
    return MARGIN + rows.getOrDefault(id, 0) * ROW;
  }

  List<WorkflowView.Node> nodes() {
    List<WorkflowView.Node> nodes = new ArrayList<>();
    for (Task task : tasks.values()) {
      nodes.add(
          new WorkflowView.Node(
              task.href(),
              x(task.id()),
              y(task.id()),
              x(task.id()) + 10,
              y(task.id()) + 22,
              task.label(),
              task.status()));
    }
    return nodes;
  }

  List<WorkflowView.Line> lines() {
    return dependencies.stream()
        .map(
            d ->
                new WorkflowView.Line(
                    x(d.predecessor()) + NODE_WIDTH,
                    y(d.predecessor()) + NODE_HEIGHT / 2,
                    x(d.successor()),
                    y(d.successor()) + NODE_HEIGHT / 2,
                    d.state().code(),
                    d.condition().code().replace('_', ' ')))
        .toList();
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  boolean hasLines() {
    return !dependencies.isEmpty();
  }
}
