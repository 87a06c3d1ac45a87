package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** The versions of applications. */
@JStache(path = "versions")
record VersionsView(Frame frame, List<Version> versions, boolean isEmpty) {

  /** A version, its workers, and what it would leave behind. */
  record Version(
      String module,
      String version,
      List<String> workers,
      String running,
      String verdict,
      String state,
      List<Found> findings) {

    boolean hasFindings() {
      return !findings.isEmpty();
    }
  }

  /** A finding about what it would leave behind. */
  record Found(String verdict, String message, String remedy, List<String> oldest) {}
}
