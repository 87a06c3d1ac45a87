package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** How it goes, at a glance. */
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
    List<String> problems,
    List<Row> types,
    boolean isEmpty) {

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
