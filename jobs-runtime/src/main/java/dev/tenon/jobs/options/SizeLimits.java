package dev.tenon.jobs.options;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Limits on the data that a job may store in the database, in bytes of UTF-8: {@code
 * SizeLimits.defaults().withResultBytes(200_000)}. Messages, stack traces and names have fixed
 * limits, which the guide lists. Immutable.
 */
public final class SizeLimits {

  /** The highest limit that can be set for bytes: 64 MiB. */
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  /** The highest limit that can be set for lines, and for emitted values. */
  public static final int MAX_LINES = 1_000_000;

  /** The highest limit that can be set for the results that one payload is made from: 1 GiB. */
  public static final int MAX_TASK_RESULTS_BYTES = 1024 * 1024 * 1024;

  /** The highest limit that can be set for the results of all steps of a job: 1 GiB. */
  public static final int MAX_STEP_RESULTS_BYTES = 1024 * 1024 * 1024;

  /** The highest limit that can be set for the steps of a job. */
  public static final int MAX_STEPS = 1_000_000;

  private static final SizeLimits DEFAULTS =
      new SizeLimits(
          1024 * 1024,
          1024 * 1024,
          64 * 1024,
          100_000,
          32 * 1024 * 1024,
          10_000,
          32 * 1024 * 1024,
          64 * 1024,
          100_000);

  private final int payloadBytes;
  private final int resultBytes;
  private final int logDataBytes;
  private final int logLines;
  private final int taskResultsBytes;
  private final int steps;
  private final int stepResultsBytes;
  private final int emittedBytes;
  private final int emittedValues;

  private SizeLimits(
      int payloadBytes,
      int resultBytes,
      int logDataBytes,
      int logLines,
      int taskResultsBytes,
      int steps,
      int stepResultsBytes,
      int emittedBytes,
      int emittedValues) {
    check("payloadBytes", payloadBytes, MAX_BYTES);
    check("resultBytes", resultBytes, MAX_BYTES);
    check("logDataBytes", logDataBytes, MAX_BYTES);
    check("logLines", logLines, MAX_LINES);
    check("taskResultsBytes", taskResultsBytes, MAX_TASK_RESULTS_BYTES);
    check("steps", steps, MAX_STEPS);
    check("stepResultsBytes", stepResultsBytes, MAX_STEP_RESULTS_BYTES);
    check("emittedBytes", emittedBytes, MAX_BYTES);
    check("emittedValues", emittedValues, MAX_LINES);
    this.payloadBytes = payloadBytes;
    this.resultBytes = resultBytes;
    this.logDataBytes = logDataBytes;
    this.logLines = logLines;
    this.taskResultsBytes = taskResultsBytes;
    this.steps = steps;
    this.stepResultsBytes = stepResultsBytes;
    this.emittedBytes = emittedBytes;
    this.emittedValues = emittedValues;
  }

  private static void check(String name, int limit, int max) {
    if (limit < 1 || limit > max) {
      throw new IllegalArgumentException(
          name + " is " + limit + "; it must be from 1 to " + max + ".");
    }
  }

  /**
   * The defaults: 1 MiB for each payload and each result, 64 KiB for the data of a log line,
   * 100,000 lines for each attempt, 32 MiB for the results that the payload of a workflow's task is
   * made from, 10,000 steps and waits for each job, with 32 MiB of results, and 100,000 emitted
   * values for each attempt, with 64 KiB each.
   */
  public static SizeLimits defaults() {
    return DEFAULTS;
  }

  /**
   * A copy with another limit for payloads.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_BYTES}
   */
  public SizeLimits withPayloadBytes(int payloadBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for results.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_BYTES}
   */
  public SizeLimits withResultBytes(int resultBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the data of a log line.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_BYTES}
   */
  public SizeLimits withLogDataBytes(int logDataBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the lines of an attempt.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_LINES}
   */
  public SizeLimits withLogLines(int logLines) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the results that the payload of a workflow's task is made from.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_TASK_RESULTS_BYTES}
   */
  public SizeLimits withTaskResultsBytes(int taskResultsBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the steps and waits of a job.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_STEPS}
   */
  public SizeLimits withSteps(int steps) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the results of all steps of a job.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_STEP_RESULTS_BYTES}
   */
  public SizeLimits withStepResultsBytes(int stepResultsBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for emitted values.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_BYTES}
   */
  public SizeLimits withEmittedBytes(int emittedBytes) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * A copy with another limit for the number of values that an attempt emits.
   *
   * @throws IllegalArgumentException if it is below 1 or above {@link #MAX_LINES}
   */
  public SizeLimits withEmittedValues(int emittedValues) {
    return new SizeLimits(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  /**
   * The largest size of a payload as JSON, in bytes; a larger one is refused when it is submitted.
   */
  public int payloadBytes() {
    return payloadBytes;
  }

  /**
   * The largest size of a result as JSON, in bytes; a job with a larger one fails. It is also the
   * largest size of the result of each step, and of a cursor.
   */
  public int resultBytes() {
    return resultBytes;
  }

  /**
   * The largest size of the data of one log line as JSON, in bytes; larger data is left out, and
   * the line says so.
   */
  public int logDataBytes() {
    return logDataBytes;
  }

  /**
   * The largest number of lines that one attempt may write into the log of its job; the last one
   * says that the log is full.
   */
  public int logLines() {
    return logLines;
  }

  /**
   * The largest total size, as JSON in bytes, of the results that the payload of a workflow's task
   * is made from; a task whose results are larger fails. A process that makes such payloads holds
   * them in memory, as JSON and as objects.
   */
  public int taskResultsBytes() {
    return taskResultsBytes;
  }

  /**
   * The largest number of steps, waits and tokens that are kept with a job; a job that begins more
   * fails.
   */
  public int steps() {
    return steps;
  }

  /**
   * The largest total size of the results that are kept for the steps of a job, as they are stored,
   * in bytes; a job whose steps return more fails. A worker holds them in memory while it runs the
   * job.
   */
  public int stepResultsBytes() {
    return stepResultsBytes;
  }

  /**
   * The largest size of one emitted value as JSON, in bytes; a job that emits a larger one fails.
   */
  public int emittedBytes() {
    return emittedBytes;
  }

  /** The largest number of values that one attempt may emit; a job that emits more fails. */
  public int emittedValues() {
    return emittedValues;
  }

  /** Options are equal if all of their values are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SizeLimits that
        && payloadBytes == that.payloadBytes
        && resultBytes == that.resultBytes
        && logDataBytes == that.logDataBytes
        && logLines == that.logLines
        && taskResultsBytes == that.taskResultsBytes
        && steps == that.steps
        && stepResultsBytes == that.stepResultsBytes
        && emittedBytes == that.emittedBytes
        && emittedValues == that.emittedValues;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        payloadBytes,
        resultBytes,
        logDataBytes,
        logLines,
        taskResultsBytes,
        steps,
        stepResultsBytes,
        emittedBytes,
        emittedValues);
  }

  @Override
  public String toString() {
    return "SizeLimits[payloadBytes=%s, resultBytes=%s, logDataBytes=%s, logLines=%s, taskResultsBytes=%s, steps=%s, stepResultsBytes=%s, emittedBytes=%s, emittedValues=%s]"
        .formatted(
            payloadBytes,
            resultBytes,
            logDataBytes,
            logLines,
            taskResultsBytes,
            steps,
            stepResultsBytes,
            emittedBytes,
            emittedValues);
  }
}
