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
    List<JobRow> jobs,
    String shown,
    String next,
    String allJobs,
    List<Nested> nested,
    boolean hasNested) {

  boolean hasMore() {
    return !shown.isEmpty();
  }

  boolean hasNext() {
    return !next.isEmpty();
  }

  /** A task in the picture. */
  record Node(String href, int x, int y, int textX, int textY, String label, String status) {}

  /** That one waits for another, in the picture. */
  record Line(int x1, int y1, int x2, int y2, String state, String condition) {}

  /** A workflow that is a task. */
  record Nested(String href, String name, String state, String ended) {}
}
