package dev.tenon.jobs.runtime;

import dev.tenon.jobs.operate.JobsHealth;
import java.util.List;
import java.util.stream.Collectors;

/** The results of a runtime's checks. */
record FoundHealth(List<Check> checks) implements JobsHealth {

  FoundHealth {
    checks = List.copyOf(checks);
  }

  @Override
  public String toString() {
    return checks.stream()
        .map(
            check ->
                "%s %s: %s"
                    .formatted(check.isHealthy() ? "ok  " : "FAIL", check.name(), check.message()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  /** The result of one check. */
  record FoundCheck(String name, boolean isHealthy, String message) implements Check {}
}
