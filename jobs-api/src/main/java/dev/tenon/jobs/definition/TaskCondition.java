package dev.tenon.jobs.definition;

import dev.tenon.jobs.internal.codes.Codes;

/** What a task of a workflow waits for. */
public enum TaskCondition {
  /** The task before completes; if it ends otherwise, the task that waits is not started. */
  SUCCEEDED("succeeded"),
  /** The task before ends, in whatever way. */
  ENDED("ended"),
  /**
   * The task before fails or is cancelled by somebody; if it completes or is not started, the task
   * that waits is not needed.
   */
  FAILED("failed"),
  /** A member of the workflow fails, the first since the workflow began or was armed again. */
  FIRST_FAILURE("first_failure"),
  /** An attempt at each member of the workflow has ended. */
  ALL_ATTEMPTED("all_attempted");

  private final String code;

  TaskCondition(String code) {
    this.code = code;
  }

  /** The condition as it is stored, such as {@code succeeded}. */
  public String code() {
    return code;
  }

  /**
   * The condition with the given code.
   *
   * @throws IllegalArgumentException if there is no such condition
   */
  public static TaskCondition ofCode(String code) {
    return Codes.find(values(), TaskCondition::code, code);
  }
}
