package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** A bulk operation that waits to be confirmed. */
@JStache(path = "bulk")
record BulkView(
    Frame frame,
    String action,
    String verb,
    String count,
    String exactCount,
    String what,
    String missing,
    List<Hidden> hidden,
    boolean hasPriority,
    List<Option> priorities,
    boolean isEmpty,
    String back,
    String samplesTitle,
    List<JobRow> samples) {

  boolean hasMissing() {
    return !missing.isEmpty();
  }

  /** A field of the form that is not shown. */
  record Hidden(String name, String value) {}
}
