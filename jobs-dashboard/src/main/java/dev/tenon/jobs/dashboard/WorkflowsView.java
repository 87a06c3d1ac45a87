package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

/** Workflows and batches, newest first. */
@JStache(path = "workflows")
record WorkflowsView(
    Frame frame,
    List<Row> workflows,
    boolean isEmpty,
    String next,
    List<Option> states,
    List<Option> times,
    String name,
    String until,
    boolean hasCriteria) {

  boolean hasNext() {
    return !next.isEmpty();
  }

  /** A workflow. */
  record Row(
      String href,
      String name,
      String state,
      String by,
      When submitted,
      String ended,
      int percent) {}
}
