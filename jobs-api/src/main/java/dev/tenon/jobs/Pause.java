package dev.tenon.jobs;

import java.time.Instant;
import java.util.Objects;

/**
 * Why no job of a type, a workflow or a schedule starts: somebody has paused it. Immutable.
 *
 * @param since when it was paused
 * @param by who paused it
 * @param reason why
 */
public record Pause(Instant since, String by, String reason) {

  /** Checks that nothing is missing. */
  public Pause {
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(by, "by");
    Objects.requireNonNull(reason, "reason");
  }
}
