package dev.tenon.jobs.definition;

import dev.tenon.jobs.internal.codes.Codes;

/** A condition that a task of a workflow waits for. */
public enum TaskCondition {
  /** The earlier task completes; if it ends in another way, the task that waits is not started. */
  SUCCEEDED("succeeded"),
  /** The earlier task ends, in whatever way. */
  ENDED("ended"),
  /**
   * The earlier task ends, in whatever way, unless it is skipped: if it is not needed or cannot be
   * started, neither can the task that waits.
   */
  NOT_SKIPPED("not_skipped"),
  /**
   * The earlier task fails or is cancelled by somebody; if it completes or is not started, the task
   * that waits is not needed.
   */
  FAILED("failed"),
  /**
   * A member of the workflow fails, the first since the workflow began or since the event was
   * reset.
   */
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
