package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** What a bulk operation would do, before it does it. */
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

  String jobs() {
    return exactCount.equals("1") ? "job" : "jobs";
  }

  /** A field of the form that is not shown. */
  record Hidden(String name, String value) {}
}
