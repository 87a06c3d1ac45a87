package dev.tenon.jobs.store;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job to be recorded.
 *
 * @param id the id, made by the submitter
 * @param type the job type
 * @param version the version of the type
 * @param routingKey the routing key of the type
 * @param priority how urgent it is
 * @param payload the payload as JSON
 * @param itemId what it belongs to
 * @param submittedBy who submits it
 * @param maxAttempts attempts in all
 * @param retention how long it is kept after it has ended
 * @param delay how long after the insert it is due; null if at once or at {@code runAt}
 * @param runAt when it is due; null if at once or after {@code delay}
 * @param externalPolicy how its attempts are run, as JSON, for workers in other languages; null for
 *     a type that is handled in Java
 */
public record NewJob(
    UUID id,
    String type,
    int version,
    String routingKey,
    JobPriority priority,
    String payload,
    @Nullable String itemId,
    String submittedBy,
    int maxAttempts,
    Duration retention,
    @Nullable Duration delay,
    @Nullable Instant runAt,
    @Nullable String externalPolicy) {

  /** Whether the job is due as soon as it is committed. */
  public boolean isDueAtOnce() {
    return delay == null && runAt == null;
  }
}
