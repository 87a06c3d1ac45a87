package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** A workflow with its tasks. */
@JStache(path = "workflow")
record WorkflowView(
    Frame frame,
    String id,
    String state,
    List<JobView.Fact> facts,
    boolean isPaused,
    String pause,
    boolean hasEnded,
    boolean canRetry,
    List<Node> nodes,
    List<Line> lines,
    int width,
    int height,
    boolean hasGraph,
    List<Step> steps,
    String drawn,
    List<JobRow> jobs,
    String shown,
    String next,
    String allJobs,
    List<Nested> nested,
    boolean hasNested) {

  boolean hasMore() {
    return !shown.isEmpty();
  }

  boolean isDrawnInPart() {
    return !drawn.isEmpty();
  }

  boolean hasNext() {
    return !next.isEmpty();
  }

  /** A task in the picture. */
  record Node(
      String href,
      int x,
      int y,
      int textX,
      int textY,
      String label,
      String count,
      int countX,
      String status) {

    boolean isMany() {
      return !count.isEmpty();
    }
  }

  /** A task in the list next to the picture. */
  record Step(String id, String href, String label, String shortId, String status) {}

  /** That one waits for another, in the picture. */
  record Line(String path, String state, String condition) {}

  /** A workflow that is a task. */
  record Nested(String href, String above, String name, String state, String ended) {}
}
