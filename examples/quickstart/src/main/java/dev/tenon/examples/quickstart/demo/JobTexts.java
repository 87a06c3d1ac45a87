package dev.tenon.examples.quickstart.demo;

import dev.tenon.examples.quickstart.demo.Terminal.Style;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Says in a few words where a job stands. */
final class JobTexts {

  private JobTexts() {}

  /** The progress of the job, or its outcome. */
  static String news(Job job) {
    JobError error = job.error().orElse(null);
    return switch (job.status()) {
      case PENDING, QUEUED ->
          error == null ? "waits" : "attempt " + job.attempts() + " failed: " + message(error);
      case RUNNING -> job.progressMessage().orElse(attempt(job));
      case COMPLETED -> job.attempts() > 1 ? "at " + attempt(job) : "took " + duration(job);
      case FAILED -> error == null ? "failed" : message(error);
      case CANCELLED -> "stopped at " + job.progress() + " %";
    };
  }

  private static String duration(Job job) {
    Instant started = job.startedAt().orElse(null);
    Instant finished = job.finishedAt().orElse(null);
    return started == null || finished == null
        ? "no time"
        : seconds(Duration.between(started, finished));
  }

  /** The number of the attempt. */
  static String attempt(Job job) {
    return "attempt " + job.attempts() + " of " + job.maxAttempts();
  }

  /** The message of an error. */
  static String message(JobError error) {
    return error.message().or(error::errorClass).orElse(error.reason().code());
  }

  /** The color of a status. */
  static Style style(JobStatus status) {
    return switch (status) {
      case PENDING, QUEUED -> Style.QUIET;
      case RUNNING -> Style.BUSY;
      case COMPLETED -> Style.GOOD;
      case FAILED -> Style.BAD;
      case CANCELLED -> Style.WAITING;
    };
  }

  /** The sign of a status. */
  static String sign(Terminal terminal, JobStatus status) {
    return switch (status) {
      case PENDING, QUEUED -> terminal.sign("·", ".");
      case RUNNING -> terminal.sign("▸", ">");
      case COMPLETED -> terminal.sign("✓", "+");
      case FAILED -> terminal.sign("✗", "x");
      case CANCELLED -> terminal.sign("■", "=");
    };
  }

  /** A time in seconds. */
  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
