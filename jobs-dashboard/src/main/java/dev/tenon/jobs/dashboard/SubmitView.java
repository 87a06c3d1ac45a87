package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/** The form that submits a job. */
@JStache(path = "submit")
record SubmitView(
    Frame frame,
    String type,
    String href,
    String label,
    String description,
    List<String> errors,
    boolean isRefused,
    List<FormField> payload,
    boolean isJson,
    boolean hasOtherWay,
    boolean isEmpty,
    List<FormField> options,
    String schema) {

  boolean hasDescription() {
    return !description.isEmpty();
  }

  /** Returns whether a value that was entered has been cleared. */
  boolean isCleared() {
    return payload.stream().anyMatch(FormField::isCleared);
  }

  boolean hasSchema() {
    return !schema.isEmpty();
  }
}
