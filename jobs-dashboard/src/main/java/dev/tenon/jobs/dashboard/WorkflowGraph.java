package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobMonitor.Dependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Places the tasks of a workflow: each one to the right of everything that it waits for, in bands
 * of a few columns, one below the other, like words in lines. In a large workflow, tasks of the
 * same type and state that wait for the same tasks, and that the same tasks wait for, are drawn as
 * one.
 */
final class WorkflowGraph {

  static final int NODE_WIDTH = 190;
  static final int NODE_HEIGHT = 36;

  /** The number of tasks above which equal ones are drawn as one. */
  private static final int SMALL = 40;

  /** The number of equal tasks above which they are drawn as one. */
  private static final int FEW = 3;

  private static final int COLUMNS = 6;
  private static final int COLUMN = 250;
  private static final int ROW = 52;
  private static final int BAND_GAP = 28;
  private static final int MARGIN = 8;
  private static final int BEND = 40;

  /**
   * A task.
   *
   * @param id the id of the job or of the workflow
   * @param href the page of the task
   * @param likeIt the page that lists the tasks like this one; empty if it is never drawn with
   *     others
   * @param label the name of the task
   * @param status the state of the task
   */
  record Task(UUID id, String href, String likeIt, String label, String status) {}

  /** A rectangle: one task, or several equal ones. */
  private static final class Box {

    private final Task first;
    private int count;
    private int column;
    private double wish;
    private int x;
    private int y;

    Box(Task first) {
      this.first = first;
    }
  }

  /** An arrow from a box to another. */
  private record Arrow(Box from, Box to, Dependency dependency) {}

  private final List<Box> boxes = new ArrayList<>();
  private final List<Arrow> arrows = new ArrayList<>();
  private int width;
  private int height;

  WorkflowGraph(List<Task> tasks, List<Dependency> dependencies) {
    Map<UUID, Task> byId = new LinkedHashMap<>();
    tasks.forEach(task -> byId.put(task.id(), task));
    List<Dependency> drawn =
        dependencies.stream()
            .filter(d -> byId.containsKey(d.predecessor()) && byId.containsKey(d.successor()))
            .toList();
    Map<UUID, Box> boxOf = boxes(byId, drawn);
    Map<String, Arrow> distinct = new LinkedHashMap<>();
    for (Dependency d : drawn) {
      Box from = Objects.requireNonNull(boxOf.get(d.predecessor()));
      Box to = Objects.requireNonNull(boxOf.get(d.successor()));
      distinct.putIfAbsent(
          from.first.id() + " " + to.first.id() + " " + d.condition() + " " + d.state(),
          new Arrow(from, to, d));
    }
    arrows.addAll(distinct.values());
    chooseColumns();
    place();
  }

  private Map<UUID, Box> boxes(Map<UUID, Task> tasks, List<Dependency> drawn) {
    Map<UUID, TreeSet<String>> neighbours = new HashMap<>();
    for (Dependency d : drawn) {
      neighbours
          .computeIfAbsent(d.successor(), id -> new TreeSet<>())
          .add("<" + d.predecessor() + d.condition());
      neighbours
          .computeIfAbsent(d.predecessor(), id -> new TreeSet<>())
          .add(">" + d.successor() + d.condition());
    }
    Map<String, List<Task>> equal = new LinkedHashMap<>();
    for (Task task : tasks.values()) {
      boolean isAlone = tasks.size() <= SMALL || task.likeIt().isEmpty();
      equal
          .computeIfAbsent(
              isAlone
                  ? task.id().toString()
                  : task.label()
                      + task.status()
                      + neighbours.getOrDefault(task.id(), new TreeSet<>()),
              key -> new ArrayList<>())
          .add(task);
    }
    Map<UUID, Box> boxOf = new HashMap<>();
    for (List<Task> some : equal.values()) {
      Box shared = null;
      for (Task task : some) {
        if (shared == null || some.size() <= FEW) {
          shared = new Box(task);
          boxes.add(shared);
        }
        shared.count++;
        boxOf.put(task.id(), shared);
      }
    }
    return boxOf;
  }

  /** The column of a box is the length of the longest way to it. */
  private void chooseColumns() {
    Map<Box, Integer> waitsFor = new HashMap<>();
    Map<Box, List<Box>> next = new HashMap<>();
    for (Arrow arrow : arrows) {
      waitsFor.merge(arrow.to, 1, Integer::sum);
      next.computeIfAbsent(arrow.from, box -> new ArrayList<>()).add(arrow.to);
    }
    Deque<Box> ready = new ArrayDeque<>();
    boxes.stream().filter(box -> !waitsFor.containsKey(box)).forEach(ready::add);
    for (Box box = ready.poll(); box != null; box = ready.poll()) {
      for (Box after : next.getOrDefault(box, List.of())) {
        after.column = Math.max(after.column, box.column + 1);
        if (waitsFor.merge(after, -1, Integer::sum) == 0) {
          ready.add(after);
        }
      }
    }
  }

  private void place() {
    Map<Integer, List<Box>> columns = new HashMap<>();
    int last = -1;
    for (Box box : boxes) {
      columns.computeIfAbsent(box.column, column -> new ArrayList<>()).add(box);
      last = Math.max(last, box.column);
    }
    Map<Box, List<Box>> before = new HashMap<>();
    for (Arrow arrow : arrows) {
      before.computeIfAbsent(arrow.to, box -> new ArrayList<>()).add(arrow.from);
    }
    int top = MARGIN;
    int bottom = MARGIN;
    for (int column = 0; column <= last; column++) {
      if (column % COLUMNS == 0 && column > 0) {
        top = bottom + BAND_GAP;
      }
      List<Box> inColumn = columns.getOrDefault(column, List.of());
      for (Box box : inColumn) {
        // Near the middle of what it waits for, so that few arrows cross
        box.wish =
            before.getOrDefault(box, List.of()).stream()
                .mapToInt(each -> each.y)
                .average()
                .orElse(0);
      }
      List<Box> ordered =
          inColumn.stream().sorted(Comparator.comparingDouble(box -> box.wish)).toList();
      for (int row = 0; row < ordered.size(); row++) {
        Box box = ordered.get(row);
        box.x = MARGIN + column % COLUMNS * COLUMN;
        box.y = top + row * ROW;
        width = Math.max(width, box.x + NODE_WIDTH + MARGIN);
        bottom = Math.max(bottom, box.y + NODE_HEIGHT);
      }
    }
    height = bottom + MARGIN;
  }

  List<WorkflowView.Node> nodes() {
    return boxes.stream()
        .map(
            box ->
                new WorkflowView.Node(
                    box.count == 1 ? box.first.href() : box.first.likeIt(),
                    box.x,
                    box.y,
                    box.x + 10,
                    box.y + 22,
                    box.first.label(),
                    box.count == 1 ? "" : "× " + Format.number(box.count),
                    box.x + NODE_WIDTH - 8,
                    box.first.status()))
        .toList();
  }

  List<WorkflowView.Line> lines() {
    return arrows.stream()
        .map(
            arrow ->
                new WorkflowView.Line(
                    path(arrow.from, arrow.to),
                    arrow.dependency.state().code(),
                    arrow.dependency.condition().code().replace('_', ' ')))
        .toList();
  }

  private static String path(Box from, Box to) {
    int x1 = from.x + NODE_WIDTH;
    int y1 = from.y + NODE_HEIGHT / 2;
    int y2 = to.y + NODE_HEIGHT / 2;
    return "M%d %dC%d %d %d %d %d %d".formatted(x1, y1, x1 + BEND, y1, to.x - BEND, y2, to.x, y2);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  boolean hasLines() {
    return !arrows.isEmpty();
  }
}
