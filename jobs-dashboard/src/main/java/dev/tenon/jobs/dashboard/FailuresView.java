package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

/** Failures of the same kind. */
@JStache(path = "failures")
record FailuresView(
    Frame frame, PeriodView period, List<Group> groups, boolean isEmpty, boolean isFull) {

  /** A kind of failure. */
  record Group(
      String type,
      String errorClass,
      String message,
      String fingerprint,
      String count,
      When last,
      List<Bar> bars,
      String chartLabel,
      String jobs,
      String lastJob,
      String retry) {
    boolean hasFingerprint() {
      return !fingerprint.isEmpty();
    }

    boolean hasRetry() {
      return !retry.isEmpty();
    }
  }

  /** A bar of a small chart. */
  record Bar(int x, int y, int height) {}
}
