package dev.tenon.jobs.runtime;

import dev.tenon.jobs.JobsStartException;

/**
 * Starts a runtime in a process of its own. On a machine that is busy a JVM may not get to its
 * first connection in time.
 */
final class PatientStart {

  private static final int ATTEMPTS = 3;

  private PatientStart() {}

  static JobsRuntime of(JobsRuntimeBuilder builder) {
    for (int attempt = 1; ; attempt++) {
      try {
        return builder.start();
      } catch (JobsStartException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        System.out.println("cannot start yet: " + e.getMessage());
      }
    }
  }
}
