package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

/** The workers of all processes. */
@JStache(path = "workers")
record WorkersView(
    Frame frame,
    List<Worker> workers,
    boolean isEmpty,
    List<Option> types,
    String version,
    String host,
    boolean hasCriteria) {

  /** A worker, and what it runs. */
  record Worker(
      String id,
      String place,
      String state,
      List<When> quieted,
      boolean isLost,
      When started,
      When heartbeat,
      String load,
      String types,
      List<Running> running) {

    boolean isQuiet() {
      return !quieted.isEmpty();
    }
  }

  /** A job that it runs. */
  record Running(String id, String shortId, String type, String since) {}
}
