package dev.tenon.jobs.testing;

import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.internal.store.NewSignal;
import dev.tenon.jobs.internal.store.StoredSignal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A signal that was sent to a job. Immutable.
 *
 * @param id its id within the job
 * @param name its name
 * @param key the key of the wait that it ends; empty for none
 * @param version the version of its shape
 * @param payload the signal as JSON
 * @param sentBy the sender
 * @param sentAt when it was sent
 * @param deliveredAt when the handler got it; null if it has not yet
 * @param error the reason that it is not delivered; null if nothing is wrong
 */
record MemorySignal(
    String id,
    String name,
    String key,
    int version,
    String payload,
    String sentBy,
    Instant sentAt,
    @Nullable Instant deliveredAt,
    @Nullable String error) {

  static MemorySignal of(NewSignal signal, Instant now) {
    return new MemorySignal(
        signal.id(),
        signal.name(),
        signal.key(),
        signal.version(),
        signal.payload(),
        signal.sentBy(),
        now,
        null,
        null);
  }

  MemorySignal delivered(Instant now) {
    return new MemorySignal(id, name, key, version, payload, sentBy, sentAt, now, error);
  }

  MemorySignal undelivered() {
    return new MemorySignal(id, name, key, version, payload, sentBy, sentAt, null, error);
  }

  MemorySignal refused(String reason) {
    return new MemorySignal(id, name, key, version, payload, sentBy, sentAt, null, reason);
  }

  StoredSignal stored() {
    return new StoredSignal(id, name, version, payload);
  }

  /** The signal as people see it. */
  JobSignal of(UUID jobId, StepMask mask) {
    return new OfJob(jobId, this, mask.signal(name, payload));
  }

  private record OfJob(UUID jobId, MemorySignal signal, String value) implements JobSignal {

    @Override
    public String id() {
      return signal.id;
    }

    @Override
    public String name() {
      return signal.name;
    }

    @Override
    public String key() {
      return signal.key;
    }

    @Override
    public int version() {
      return signal.version;
    }

    @Override
    public String sentBy() {
      return signal.sentBy;
    }

    @Override
    public Instant sentAt() {
      return signal.sentAt;
    }

    @Override
    public Optional<Instant> deliveredAt() {
      return Optional.ofNullable(signal.deliveredAt);
    }

    @Override
    public Optional<String> error() {
      return Optional.ofNullable(signal.error);
    }

    /** Does not show the value. */
    @Override
    public String toString() {
      return "JobSignal[jobId=%s, id=%s, name=%s]".formatted(jobId, signal.id, signal.name);
    }
  }
}
