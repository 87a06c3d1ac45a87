package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** A page of jobs, and the search that found them. */
@JStache(path = "jobs")
record JobsView(
    Frame frame,
    List<Option> types,
    List<Option> statuses,
    List<Option> times,
    Search search,
    boolean hasMoreCriteria,
    List<JobRow> jobs,
    String count,
    String next,
    String bulk,
    boolean isEmpty) {

  /** The values of the fields of the form. */
  record Search(
      String item,
      String by,
      String key,
      String header,
      String error,
      String fingerprint,
      String workflow,
      String from,
      String to) {}

  boolean hasCount() {
    return !count.isEmpty();
  }

  boolean hasNext() {
    return !next.isEmpty();
  }

  boolean hasFingerprint() {
    return !search.fingerprint().isEmpty();
  }

  boolean hasWorkflow() {
    return !search.workflow().isEmpty();
  }
}
