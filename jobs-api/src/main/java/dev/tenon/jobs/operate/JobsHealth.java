package dev.tenon.jobs.operate;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The health of a runtime, for programs and people to read. Immutable.
 *
 * @param checks the results of the checks, always in the same order
 */
public record JobsHealth(List<Check> checks) {

  /** Makes the list immutable. */
  public JobsHealth {
    checks = List.copyOf(checks);
  }

  /**
   * The result of one check.
   *
   * @param name the name of the check: {@code database}, {@code rabbitmq}, {@code types}, {@code
   *     paused types} if there are any, {@code due jobs}, {@code failed jobs}, {@code maintenance:
   *     …}, or {@code maintenance} if no process has done it yet, or {@code worker: …}
   * @param healthy whether it is as it should be
   * @param message what was seen, and what it means if it is not healthy
   */
  public record Check(String name, boolean healthy, String message) {}

  /** Whether everything is as it should be. */
  public boolean healthy() {
    return checks.stream().allMatch(Check::healthy);
  }

  /** One line for each check. */
  @Override
  public String toString() {
    return checks.stream()
        .map(
            check ->
                "%s %s: %s"
                    .formatted(check.healthy() ? "ok  " : "FAIL", check.name(), check.message()))
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
