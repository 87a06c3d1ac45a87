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
    List<Hidden> hidden,
    boolean hasPriority,
    List<Option> priorities,
    boolean isEmpty,
    String back,
    List<JobRow> samples) {

  /** A field of the form that is not shown. */
  record Hidden(String name, String value) {}
}
