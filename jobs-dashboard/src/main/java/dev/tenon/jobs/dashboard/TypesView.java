package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** All job types. */
@JStache(path = "types")
record TypesView(
    Frame frame,
    String name,
    List<Option> states,
    boolean hasCriteria,
    String count,
    List<String> problems,
    List<Row> types,
    boolean isEmpty) {

  /** A type in the table. */
  record Row(
      String type,
      String href,
      String label,
      String description,
      boolean isPaused,
      boolean isUnserved,
      boolean isStuck,
      boolean isOverridden,
      String waiting,
      String running,
      String oldest,
      String limits,
      String servers) {
    boolean isActive() {
      return !isPaused && !isUnserved;
    }

    boolean hasLabel() {
      return !label.isEmpty();
    }

    boolean hasDescription() {
      return !description.isEmpty();
    }
  }
}
