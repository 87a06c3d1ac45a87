package dev.tenon.jobs;

import java.time.Instant;
import java.util.Objects;

/**
 * A pause of a job type, a workflow or a schedule: no job of it starts until somebody resumes it.
 * Immutable.
 *
 * @param since the time of the pause
 * @param by the name of the actor who paused it
 * @param reason the reason that the actor gave
 */
public record Pause(Instant since, String by, String reason) {

  /** Checks that nothing is missing. */
  public Pause {
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(reason, "reason");
  }
}
