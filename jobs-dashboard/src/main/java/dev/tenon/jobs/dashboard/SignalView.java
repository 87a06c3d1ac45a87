package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;
import java.util.List;

/**
 * The form that sends a signal.
 *
 * @param signal the name of the signal
 * @param id the id of the job
 * @param type its type
 * @param href where the job is
 * @param isKnown whether a module of this process declares the signal
 * @param form where the form is, as seen from the job
 */
@JStache(path = "signal")
record SignalView(
    Frame frame,
    String signal,
    String id,
    String type,
    String href,
    String description,
    boolean isKnown,
    List<String> errors,
    boolean isRefused,
    List<FormField> payload,
    boolean isJson,
    boolean hasOtherWay,
    List<FormField> options,
    String schema,
    String form) {

  boolean hasDescription() {
    return !description.isEmpty();
  }

  boolean isEmpty() {
    return payload.isEmpty();
  }

  /** Returns whether a value that was entered has been cleared. */
  boolean isCleared() {
    return payload.stream().anyMatch(FormField::isCleared);
  }

  boolean hasSchema() {
    return !schema.isEmpty();
  }
}
