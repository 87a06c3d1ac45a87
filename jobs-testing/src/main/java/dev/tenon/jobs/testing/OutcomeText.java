package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobError;
import dev.tenon.jobs.internal.background.DisplayText;

/** Says what became of a job, in the messages of assertions. */
final class OutcomeText {

  private OutcomeText() {}

  static String of(JobOutcome outcome) {
    if (outcome instanceof JobOutcome.Retried retried) {
      return "it will be attempted again after %s, because of %s"
          .formatted(DisplayText.of(retried.delay()), of(retried.error()));
    }
    if (outcome instanceof JobOutcome.Failed failed) {
      return "it has failed permanently, because of " + of(failed.error());
    }
    if (outcome instanceof JobOutcome.Snoozed snoozed) {
      return "its handler has snoozed it for " + DisplayText.of(snoozed.delay());
    }
    if (outcome instanceof JobOutcome.Suspended suspended) {
      return "it waits" + suspended.until().map(time -> " until " + time).orElse("");
    }
    if (outcome instanceof JobOutcome.Released) {
      return "it was released";
    }
    return outcome instanceof JobOutcome.Cancelled ? "it was cancelled" : "it has completed";
  }

  static String of(JobError error) {
    String message = error.message().orElse("no message");
    return error.errorClass().isEmpty()
        ? message
        : error.errorClass().orElse(null) + ": " + message;
  }
}
