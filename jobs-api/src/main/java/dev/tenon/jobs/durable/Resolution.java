package dev.tenon.jobs.durable;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The end that a step in doubt has come to: the answer of a method with {@link
 * dev.tenon.jobs.annotation.InDoubt}. Immutable.
 *
 * @param <R> what the step returns; {@link Void} if nothing
 */
public sealed interface Resolution<R> {

  /**
   * The step was done. Its result is recorded, and the handler continues with it.
   *
   * @param result the result, which the step did not get to return
   */
  static <R> Resolution<R> done(R result) {
    return new Done<>(Objects.requireNonNull(result, "result"));
  }

  /** The step was done, and returns nothing. */
  static Resolution<Void> done() {
    return new Done<>(null);
  }

  /** The step was not done, and runs now. */
  static <R> Resolution<R> notDone() {
    return new NotDone<>();
  }

  /**
   * Nobody but a person can tell. The job waits until somebody has decided: {@link
   * JobSteps#markDone} or {@link JobSteps#markNotDone}.
   *
   * @param question what the person has to find out, for the dashboard and the command line
   */
  static <R> Resolution<R> askPerson(String question) {
    return new AskPerson<>(Objects.requireNonNull(question, "question"));
  }

  /**
   * The step was done.
   *
   * @param result the result; null if the step returns nothing
   * @param <R> what the step returns
   */
  record Done<R>(@Nullable R result) implements Resolution<R> {}

  /**
   * The step was not done.
   *
   * @param <R> what the step returns
   */
  record NotDone<R>() implements Resolution<R> {}

  /**
   * A person has to decide.
   *
   * @param question what the person has to find out
   * @param <R> what the step returns
   */
  record AskPerson<R>(String question) implements Resolution<R> {}
}
