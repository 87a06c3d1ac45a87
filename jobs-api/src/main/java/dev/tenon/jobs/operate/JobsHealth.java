package dev.tenon.jobs.operate;

import java.util.List;

/**
 * The health of a runtime, for programs and people to read. Immutable. Its {@code toString} has a
 * line for each check.
 *
 * <p>Only Tenon implements it: accessors may be added in any release.
 */
public interface JobsHealth {

  /** The results of the checks, always in the same order. */
  List<Check> checks();

  /** Returns true if all checks are healthy. */
  default boolean isHealthy() {
    return checks().stream().allMatch(Check::isHealthy);
  }

  /** The result of one check. Only Tenon implements it. */
  interface Check {

    /**
     * The name of the check: {@code database}, {@code rabbitmq}, {@code types}, {@code paused
     * types}, {@code open transactions} and {@code steps in doubt} if there are any, {@code due
     * jobs}, {@code failed jobs}, {@code maintenance: …} (or {@code maintenance} if no process has
     * done any yet), or {@code worker: …}.
     */
    String name();

    /** Returns true if the check is healthy. */
    boolean isHealthy();

    /** The observation and, if it is not healthy, what it means. */
    String message();
  }
}
