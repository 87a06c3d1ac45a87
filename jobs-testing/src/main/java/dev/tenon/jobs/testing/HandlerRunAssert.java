package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about one run of a handler, from {@link JobAssertions#assertThat(HandlerRun)}.
 * Immutable.
 *
 * @param <R> what the handler returns
 */
public final class HandlerRunAssert<R> {

  private final HandlerRun<R> run;

  HandlerRunAssert(HandlerRun<R> run) {
    this.run = run;
  }

  /** Asserts that the job has completed. */
  public HandlerRunAssert<R> isCompleted() {
    return check(run.outcome() instanceof JobOutcome.Completed, "complete");
  }

  /** Asserts that the job has completed with this result. */
  public HandlerRunAssert<R> isCompletedWith(@Nullable R result) {
    HandlerRunAssert<R> unused = isCompleted();
    if (!Objects.equals(run.result().orElse(null), result)) {
      throw new AssertionError(
          "Expected the result %s, but found %s".formatted(result, run.result().orElse(null)));
    }
    return this;
  }

  /** Asserts that the job has completed, and that its result meets a condition. */
  public HandlerRunAssert<R> isCompletedWithResult(Predicate<? super R> condition) {
    HandlerRunAssert<R> unused = isCompleted();
    R result = run.result().orElse(null);
    if (result == null || !condition.test(result)) {
      throw new AssertionError("Expected a result that meets the condition, but found " + result);
    }
    return this;
  }

  /** Asserts that the attempt failed, and that the job is attempted again after this time. */
  public HandlerRunAssert<R> isRetriedIn(Duration delay) {
    return check(
        run.outcome() instanceof JobOutcome.Retried retried && retried.delay().equals(delay),
        "be attempted again after " + delay);
  }

  /**
   * Asserts that the attempt failed, and that the job has failed with it, without another attempt.
   */
  public HandlerRunAssert<R> isFailed() {
    return check(run.outcome() instanceof JobOutcome.Failed, "fail permanently");
  }

  /** Asserts that the handler has snoozed the job for this time. */
  public HandlerRunAssert<R> isSnoozedFor(Duration delay) {
    return check(run.outcome().equals(new JobOutcome.Snoozed(delay)), "be snoozed for " + delay);
  }

  /** Asserts that the job waits for a signal, a time or a person. */
  public HandlerRunAssert<R> isSuspended() {
    return check(run.outcome() instanceof JobOutcome.Suspended, "wait");
  }

  /** Asserts that the job waits, and continues at this time at the latest. */
  public HandlerRunAssert<R> isSuspendedUntil(Instant time) {
    return check(
        run.outcome().equals(new JobOutcome.Suspended(Optional.of(time))), "wait until " + time);
  }

  /**
   * Asserts that exactly these steps and waits have a record, in the order they began.
   *
   * @param names the names; that of a step with a key is {@code name/key}
   */
  public HandlerRunAssert<R> hasRecorded(String... names) {
    if (!run.recordedNames().equals(List.of(names))) {
      throw new AssertionError(
          "Expected records of %s, but found %s".formatted(List.of(names), run.recordedNames()));
    }
    return this;
  }

  /** Asserts that the job was cancelled. */
  public HandlerRunAssert<R> isCancelled() {
    return check(run.outcome() instanceof JobOutcome.Cancelled, "be cancelled");
  }

  /** Asserts that the attempt took longer than its timeout. */
  public HandlerRunAssert<R> isTimedOut() {
    JobError error = error();
    return check(
        error != null && error.reason() == JobError.Reason.TIMED_OUT,
        "take longer than its timeout");
  }

  /** Asserts that the worker gave the job back, as it does when it shuts down. */
  public HandlerRunAssert<R> isReleased() {
    return check(run.outcome() instanceof JobOutcome.Released, "be released");
  }

  /** Asserts that the attempt failed because the handler threw an exception of this type. */
  public HandlerRunAssert<R> hasThrown(Class<? extends Throwable> type) {
    return check(
        error() != null && run.exception().filter(type::isInstance).isPresent(),
        "fail with " + type.getName());
  }

  /** Asserts that the attempt failed with a message that contains this string. */
  public HandlerRunAssert<R> hasErrorContaining(String text) {
    JobError error = error();
    String message = error == null ? null : error.message().orElse(null);
    return check(
        message != null && message.contains(text),
        "fail with a message that contains '" + text + "'");
  }

  /** Asserts that a line of the log has this message. */
  public HandlerRunAssert<R> hasLogged(String message) {
    if (!run.reports().messages().contains(message)) {
      throw new AssertionError(
          "Expected a line '%s' in the log, but found %s"
              .formatted(message, run.reports().messages()));
    }
    return this;
  }

  /** Asserts that this percentage was reported last. */
  public HandlerRunAssert<R> hasProgress(int percent) {
    if (run.reports().percent() != percent) {
      throw new AssertionError(
          "Expected a progress of %d %%, but found %s"
              .formatted(percent, run.reports().progress()));
    }
    return this;
  }

  private @Nullable JobError error() {
    if (run.outcome() instanceof JobOutcome.Retried retried) {
      return retried.error();
    }
    return run.outcome() instanceof JobOutcome.Failed failed ? failed.error() : null;
  }

  private HandlerRunAssert<R> check(boolean isSo, String expected) {
    if (!isSo) {
      throw run.failure(expected);
    }
    return this;
  }
}
