package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.dashboard.Format.When;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.Kind;
import dev.tenon.jobs.durable.JobStep.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step or a wait of a job, in a table.
 *
 * @param number its number on the page
 * @param kind what it is, in a word
 * @param state its state, as styles name it
 * @param label its state, in words
 * @param ended the time when it ended, if it has
 * @param took the time that it took, or has taken up to now
 * @param attempts its own attempts; empty if it has none
 * @param notes what it waits for, and what a person has to find out
 * @param errors why it has failed
 * @param x where its bar begins
 * @param width the width of its bar
 * @param result its result, or the signal that ended it
 * @param canDecide whether the user may decide that it was done, or was not
 * @param canRunAgain whether the user may run the job again from here
 */
record StepRow(
    String number,
    String jobId,
    String name,
    String key,
    String kind,
    String state,
    String label,
    When started,
    List<When> ended,
    String took,
    String attempts,
    List<String> notes,
    List<String> errors,
    String x,
    String width,
    List<JsonRow> result,
    boolean canDecide,
    boolean canRunAgain) {

  private static final double WIDTH = 1000;

  boolean hasKey() {
    return !key.isEmpty();
  }

  boolean hasAttempts() {
    return !attempts.isEmpty();
  }

  boolean hasDetails() {
    return !notes.isEmpty() || !errors.isEmpty() || hasResult() || canDecide || canRunAgain;
  }

  boolean hasResult() {
    return !result.isEmpty();
  }

  /**
   * The state of a job that its steps are shown for.
   *
   * @param status the status; null if the job is no longer kept
   * @param isListed whether all of the steps are known to be in doubt
   * @param canAct whether the user may act on jobs of its type
   */
  record Around(@Nullable JobStatus status, boolean isListed, boolean canAct) {

    boolean hasEnded() {
      return status == null || status.isTerminal();
    }

    boolean isRunning() {
      return status == JobStatus.RUNNING;
    }

    boolean canRetry() {
      return canAct && (status == JobStatus.FAILED || status == JobStatus.CANCELLED);
    }
  }

  /** The steps of a job, with bars from the first beginning to the last end. */
  static List<StepRow> of(List<JobStep> steps, Around job, Format format) {
    if (steps.isEmpty()) {
      return List.of();
    }
    Instant now = format.now();
    Instant first = steps.stream().map(JobStep::startedAt).min(Instant::compareTo).orElse(now);
    Instant last =
        steps.stream().map(step -> end(step, job, now)).max(Instant::compareTo).orElse(now);
    double all = Math.max(1, Duration.between(first, last).toMillis());
    List<StepRow> rows = new ArrayList<>();
    for (JobStep step : steps) {
      Duration took = Duration.between(step.startedAt(), end(step, job, now));
      double x = Duration.between(first, step.startedAt()).toMillis() / all * WIDTH;
      double width = Math.max(4, took.toMillis() / all * WIDTH);
      rows.add(
          of(
              step,
              job,
              format,
              rows.size() + 1,
              Long.toString(Math.round(Math.min(x, WIDTH - 4))),
              Long.toString(Math.round(Math.min(width, WIDTH)))));
    }
    return rows;
  }

  /** A step in a table of steps of several jobs. */
  static StepRow of(JobStep step, Around job, Format format, int number) {
    return of(step, job, format, number, "0", "0");
  }

  private static StepRow of(
      JobStep step, Around job, Format format, int number, String x, String width) {
    boolean isInDoubt = isInDoubt(step, job);
    String label = label(step, job);
    boolean isToken = step.kind() == Kind.TOKEN;
    return new StepRow(
        Integer.toString(number),
        step.jobId().toString(),
        step.name(),
        step.key(),
        step.kind().code(),
        step.state() == State.TIMED_OUT ? "expired" : label.replace(' ', '_'),
        label,
        format.when(step.startedAt()),
        format.maybe(step.endedAt().orElse(null)),
        took(step, job, format),
        step.attempts() == 0 ? "" : Format.some(step.attempts(), step.attempts(), "attempt"),
        notes(step, job, isInDoubt, format),
        isInDoubt ? List.of() : step.message().stream().toList(),
        x,
        width,
        isToken ? List.of() : JsonForm.rows(step.result().orElse(null)),
        job.canAct() && isInDoubt && !job.hasEnded(),
        job.canRetry() && !isToken);
  }

  /** The attempt that began it has ended without a result, or a person has to decide. */
  private static boolean isInDoubt(JobStep step, Around job) {
    return job.isListed()
        || step.state() == State.IN_DOUBT
        || (step.state() == State.BEGUN && !job.isRunning());
  }

  private static Instant end(JobStep step, Around job, Instant now) {
    boolean isOpen = step.kind() != Kind.TOKEN && !job.hasEnded();
    return step.endedAt().orElse(isOpen ? now : step.startedAt());
  }

  /** The time that it took; empty if nobody knows. */
  private static String took(JobStep step, Around job, Format format) {
    boolean isKnown = step.kind() != Kind.TOKEN && (step.endedAt().isPresent() || !job.hasEnded());
    return isKnown
        ? Format.exact(Duration.between(step.startedAt(), end(step, job, format.now())))
        : "";
  }

  private static String label(JobStep step, Around job) {
    if (isInDoubt(step, job)) {
      return "in doubt";
    }
    return switch (step.state()) {
      case BEGUN -> "running";
      case WAITING -> job.hasEnded() ? "stopped" : "waiting";
      case DONE -> step.kind() == Kind.TOKEN ? "used" : "done";
      case OPEN -> "not used";
      case FAILED, IN_DOUBT, NOT_DONE, TIMED_OUT -> step.state().code().replace('_', ' ');
    };
  }

  private static List<String> notes(JobStep step, Around job, boolean isInDoubt, Format format) {
    List<String> notes = new ArrayList<>();
    if (!step.signals().isEmpty()) {
      notes.add(
          (step.state() == State.WAITING && !job.hasEnded() ? "waits for " : "waited for ")
              + String.join(" or ", step.signals()));
    }
    if (step.state() == State.WAITING && !job.hasEnded()) {
      notes.add(
          step.until()
              .map(until -> "until " + format.absolute(until))
              .orElse("without a time limit"));
    }
    if (isInDoubt) {
      notes.add(
          step.message()
              .orElse(
                  "It has begun, and it is not known whether it was done: its attempt has ended."));
      if (job.hasEnded()) {
        notes.add("The job has ended.");
      }
    }
    return notes;
  }
}
