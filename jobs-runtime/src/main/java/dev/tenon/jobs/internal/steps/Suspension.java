package dev.tenon.jobs.internal.steps;

import dev.tenon.jobs.EncryptionKeyException;
import java.time.Duration;

/**
 * The reason that an attempt ends at one of its steps or waits, whatever its handler does after
 * that.
 */
public sealed interface Suspension {

  /** The reason, as the handler and the log have it. */
  String message();

  /**
   * The job waits for a signal, a time or a person.
   *
   * @param message for what
   */
  record Waits(String message) implements Suspension {}

  /**
   * A step with its own attempts has failed, and has attempts left.
   *
   * @param message which one
   * @param failure the exception of the step
   * @param delay how long the job waits
   */
  record StepFailed(String message, Throwable failure, Duration delay) implements Suspension {}

  /**
   * A step with its own attempts has failed for the last time.
   *
   * @param message which one
   * @param failure the exception of the step
   */
  record StepGaveUp(String message, Throwable failure) implements Suspension {}

  /**
   * The records of the job could not be read or written.
   *
   * @param message what was tried
   * @param failure what the handler gets
   */
  record WithoutRecords(String message, RuntimeException failure) implements Suspension {}

  /**
   * Newer code has recorded something, which this code cannot read.
   *
   * @param message what it is
   * @param version the version of the code
   */
  record NewerRecords(String message, int version) implements Suspension {}

  /**
   * This process does not have the key of something that the job has recorded.
   *
   * @param message what it is
   * @param failure which key it is
   */
  record MissingKey(String message, EncryptionKeyException failure) implements Suspension {}

  /**
   * The worker is shutting down, and the job can continue elsewhere.
   *
   * @param message what was saved
   */
  record ShuttingDown(String message) implements Suspension {}

  /**
   * The job no longer belongs to the attempt.
   *
   * @param message how that was found
   */
  record LeaseLost(String message) implements Suspension {}
}
