package dev.tenon.jobs.definition;

import dev.tenon.jobs.durable.JobSuspendedError;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one attempt, waits, and keeps the cursor. The generated class of a handler
 * calls it; {@link dev.tenon.jobs.JobContext#steps} returns it. Thread-safe, like the context.
 *
 * <p>The methods throw {@link dev.tenon.jobs.JobStoreException} if a record cannot be read or
 * written, so that the attempt fails and the next one continues from what is recorded; and {@link
 * IllegalStateException} if one is called within a step, or twice in an attempt with the same name
 * and key.
 */
public interface StepExecutor {

  /**
   * Runs a repeatable step, unless its result is recorded, and returns when the result is recorded.
   *
   * @param step the step
   * @param key the key of this round; empty for a step without keys
   * @param body calls the handler's method
   * @return the result; null if the step has none
   * @throws X if the step fails
   */
  <R, X extends Exception> @Nullable R run(StepDefinition<R> step, String key, Body<R, X> body)
      throws X;

  /**
   * Runs a step that writes to PostgreSQL, unless it is recorded. What it writes through the
   * connection, and its record, are committed together.
   *
   * @param step the step
   * @param key the key of this round; empty for a step without keys
   * @param body calls the handler's method
   * @return the result; null if the step has none
   * @throws X if the step fails; its transaction is rolled back
   */
  <R, X extends Exception> @Nullable R runInTransaction(
      StepDefinition<R> step, String key, TransactionBody<R, X> body) throws X;

  /**
   * Runs a step that is not repeatable, unless its result is recorded. Its beginning is recorded
   * before it runs.
   *
   * @param step the step
   * @param key the key of this round; empty for a step without keys
   * @param body calls the handler's method
   * @param inDoubt finds out what became of the step, if it has begun and has no result
   * @return the result; null if the step has none
   * @throws X if the step fails, or if finding out fails
   */
  <R, X extends Exception> @Nullable R runOnce(
      StepDefinition<R> step, String key, Body<R, X> body, Body<Resolution<R>, X> inDoubt) throws X;

  /**
   * Waits for the first of some signals.
   *
   * @param wait the wait
   * @param key the key of the wait, which is also the key of the signals that end it; empty for
   *     none
   * @param timeout the maximum time to wait, from the first attempt that gets here; null for no
   *     maximum
   * @return the signal; empty if none arrived in time
   * @throws JobSuspendedError to end the attempt, if the job has to wait
   */
  <S> Optional<S> await(WaitDefinition<S> wait, String key, @Nullable Duration timeout);

  /**
   * Sleeps.
   *
   * @param sleep the sleep
   * @param key the key of the sleep; empty for none
   * @param duration the time from the first attempt that gets here
   * @throws JobSuspendedError to end the attempt, if the job has to wait
   */
  void sleep(WaitDefinition<Void> sleep, String key, Duration duration);

  /**
   * Returns a token that allows one signal to be sent to this job once. All attempts get the same.
   *
   * @param signal the signal
   * @param key the key of the wait that it ends; empty for none
   * @return a string of letters, digits, hyphens and underscores that cannot be guessed
   */
  String token(SignalDefinition<?> signal, String key);

  /**
   * The cursor that was saved last; empty if none was.
   *
   * @param cursor its definition
   */
  <C> Optional<C> cursor(ValueDefinition<C> cursor);

  /**
   * Saves a cursor soon, and at the latest when the attempt ends.
   *
   * @param cursor its definition
   * @param value the cursor
   * @throws JobSuspendedError to end the attempt, if the worker is shutting down
   * @throws IllegalArgumentException if the value does not meet its constraints, or is too large
   */
  <C> void saveCursor(ValueDefinition<C> cursor, C value);

  /**
   * A method of a handler.
   *
   * @param <R> what it returns
   * @param <X> what it throws
   */
  @FunctionalInterface
  interface Body<R, X extends Exception> {

    /**
     * Calls the method.
     *
     * @param step what the method may know about the step
     */
    @Nullable R run(StepContext step) throws X;
  }

  /**
   * A method of a handler that writes to PostgreSQL.
   *
   * @param <R> what it returns
   * @param <X> what it throws
   */
  @FunctionalInterface
  interface TransactionBody<R, X extends Exception> {

    /**
     * Calls the method.
     *
     * @param step what the method may know about the step
     * @param transaction the connection whose transaction records the step; it is neither committed
     *     nor closed
     */
    @Nullable R run(StepContext step, Connection transaction) throws X;
  }
}
