package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.dashboard.Format.When;
import java.util.List;

/**
 * The steps, signals and cursor of a job, as its page shows them.
 *
 * @param steps the steps and waits
 * @param leftOut how many earlier steps are not shown; empty if all are
 * @param signals the signals that were sent
 * @param earlierSignals how many earlier signals are not shown; empty if all are
 * @param cursor the cursor
 * @param canSignal whether the user may send a signal
 */
record StepsView(
    List<StepRow> steps,
    String leftOut,
    List<Signal> signals,
    String earlierSignals,
    List<JsonRow> cursor,
    boolean canSignal) {

  /**
   * A signal.
   *
   * @param label what became of it, in words
   * @param state the same, as styles name it
   */
  record Signal(
      String number,
      String name,
      String key,
      String id,
      When sent,
      String by,
      String label,
      String state,
      List<When> delivered,
      List<String> errors,
      List<JsonRow> value) {

    boolean hasKey() {
      return !key.isEmpty();
    }

    boolean hasValue() {
      return !value.isEmpty();
    }
  }

  boolean hasSteps() {
    return !steps.isEmpty();
  }

  boolean hasLeftOut() {
    return !leftOut.isEmpty();
  }

  boolean hasSignals() {
    return !signals.isEmpty();
  }

  boolean hasEarlierSignals() {
    return !earlierSignals.isEmpty();
  }

  boolean hasCursor() {
    return !cursor.isEmpty();
  }
}
