package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/**
 * The state of all jobs at a glance.
 *
 * @param doubts the number of steps in doubt, if there are any
 */
@JStache(path = "overview")
record OverviewView(
    Frame frame,
    PeriodView period,
    String waiting,
    String running,
    String completed,
    String failed,
    boolean hasFailed,
    String oldest,
    String oldestType,
    String oldestHref,
    String workers,
    boolean hasNoWorkers,
    List<String> doubts,
    List<String> problems,
    List<Row> types,
    List<Choice> choice,
    boolean isEmpty) {

  /**
   * That the table has not all types.
   *
   * @param shown how many it has
   * @param of how many there are
   * @param all where all of them are
   */
  record Choice(String shown, String of, String all) {}

  /** A type in the table. */
  record Row(
      String type,
      String href,
      boolean isPaused,
      boolean isUnserved,
      boolean isStuck,
      String waiting,
      String oldest,
      String running,
      String completed,
      String failed,
      boolean hasFailures,
      String failures,
      String run,
      String waited) {}
}
