package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

/** The schedules. */
@JStache(path = "schedules")
record SchedulesView(
    Frame frame,
    String name,
    List<Option> states,
    boolean hasCriteria,
    String count,
    List<Row> schedules,
    boolean isEmpty) {

  /** A schedule. */
  record Row(
      String name,
      String type,
      String timing,
      String zone,
      String origin,
      List<When> next,
      boolean isUnderWay,
      List<When> until,
      boolean hasEnded,
      List<Run> last,
      boolean isPaused,
      String pause,
      String error,
      boolean canAct,
      boolean canBackfill) {
    boolean hasError() {
      return !error.isEmpty();
    }
  }

  /** The last run. */
  record Run(When at, String job) {}
}
