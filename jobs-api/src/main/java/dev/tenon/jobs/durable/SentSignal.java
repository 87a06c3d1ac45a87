package dev.tenon.jobs.durable;

import java.util.List;
import java.util.UUID;

/**
 * The result of sending a signal. Immutable and thread-safe.
 *
 * @param jobIds the jobs that it was sent to
 * @param isNew true if it was stored for at least one of them; false if a signal with the same id
 *     had been sent before
 */
public record SentSignal(List<UUID> jobIds, boolean isNew) {

  /** Makes the list immutable. */
  public SentSignal {
    jobIds = List.copyOf(jobIds);
  }
}
