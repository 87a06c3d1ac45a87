package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.dashboard.Format.When;
import io.jstach.jstache.JStache;
import java.util.List;

/** A job with everything that is known of it. */
@JStache(path = "job")
record JobView(
    Frame frame,
    String id,
    String type,
    String status,
    String progress,
    String progressMessage,
    boolean isRunning,
    boolean isWaiting,
    boolean canRetry,
    boolean hasEnded,
    boolean canLetPass,
    List<String> whyWaiting,
    List<Fact> facts,
    List<Failure> errors,
    List<JsonRow> payload,
    boolean hasResult,
    List<JsonRow> result,
    StepsView kept,
    List<Attempt> attempts,
    boolean hasAttempts,
    List<Log> log,
    boolean hasLog,
    boolean hasEarlierLog,
    String position,
    String cursor,
    List<Option> priorities,
    List<AuditView.Row> audit,
    boolean hasAudit) {

  /** A label with a value, which may be a time or lead somewhere. */
  record Fact(String label, String value, String href, List<When> when) {
    boolean hasHref() {
      return !href.isEmpty();
    }

    static Fact of(String label, String value) {
      return new Fact(label, value, "", List.of());
    }
  }

  /** The error of the last attempt. */
  record Failure(
      String reason, String errorClass, String message, String fingerprint, String stack) {
    boolean hasErrorClass() {
      return !errorClass.isEmpty();
    }

    boolean hasFingerprint() {
      return !fingerprint.isEmpty();
    }

    boolean hasStack() {
      return !stack.isEmpty();
    }
  }

  /** An attempt, with the wait before it. */
  record Attempt(
      String number,
      String outcome,
      When started,
      String waited,
      String took,
      String waitWidth,
      String runX,
      String runWidth,
      String worker,
      String error,
      String fingerprint,
      String stack) {
    boolean hasError() {
      return !error.isEmpty();
    }

    boolean hasStack() {
      return !stack.isEmpty();
    }
  }

  /** A line of the log. */
  record Log(String level, String at, String attempt, String message, String data) {

    /** The level of a line, or the word for a value that the job has emitted. */
    static String kind(JobLogEntry line) {
      return line.emitted().isPresent() ? "value" : line.level().code();
    }

    boolean hasData() {
      return !data.isEmpty();
    }
  }
}
