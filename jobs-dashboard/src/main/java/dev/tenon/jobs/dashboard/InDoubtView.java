package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** The steps in doubt. */
@JStache(path = "indoubt")
record InDoubtView(Frame frame, List<Doubt> doubts, boolean isEmpty, String next) {

  /**
   * A step in doubt.
   *
   * @param step the step
   * @param shortId the end of the id of its job
   * @param type the type of the job
   * @param status the status of the job; empty if it is no longer kept
   */
  record Doubt(StepRow step, String shortId, String type, String status) {

    boolean hasStatus() {
      return !status.isEmpty();
    }
  }

  boolean hasNext() {
    return !next.isEmpty();
  }
}
