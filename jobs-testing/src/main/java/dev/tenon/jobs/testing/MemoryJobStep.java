package dev.tenon.jobs.testing;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.store.StepStore;
import dev.tenon.jobs.internal.store.StoredSignal;
import dev.tenon.jobs.internal.store.StoredStep;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A record as people see it.
 *
 * @param jobId the job
 * @param jobType its type
 * @param stored the record
 * @param result its result without what is sensitive, or the signal that has ended it
 */
record MemoryJobStep(UUID jobId, String jobType, StoredStep stored, Optional<String> result)
    implements JobStep {

  static MemoryJobStep of(UUID jobId, String jobType, StoredStep stored, StepMask mask) {
    return new MemoryJobStep(jobId, jobType, stored, shown(stored, mask));
  }

  private static Optional<String> shown(StoredStep stored, StepMask mask) {
    if (stored.kind() == Kind.TOKEN) {
      // It is a secret
      return Optional.empty();
    }
    StoredSignal signal = stored.signal();
    return signal == null
        ? Optional.ofNullable(stored.result()).map(json -> mask.step(stored.name(), json))
        : Optional.of(mask.signal(signal.name(), signal.payload()));
  }

  /** Its place among the steps in doubt, as exact as that of a cursor is. */
  Cursors.StepPlace place() {
    return new Cursors.StepPlace(
        startedAt().truncatedTo(ChronoUnit.MICROS), jobId, stored.number());
  }

  @Override
  public String name() {
    return kind() == Kind.TOKEN ? stored.name().substring(StepStore.TOKEN.length()) : stored.name();
  }

  @Override
  public String key() {
    return stored.key();
  }

  @Override
  public Kind kind() {
    return stored.kind();
  }

  @Override
  public State state() {
    return stored.state();
  }

  @Override
  public int version() {
    return stored.version();
  }

  @Override
  public long lease() {
    return stored.lease();
  }

  @Override
  public int attempts() {
    return stored.attempts();
  }

  @Override
  public Instant startedAt() {
    return stored.startedAt();
  }

  @Override
  public Optional<Instant> endedAt() {
    return Optional.ofNullable(stored.endedAt());
  }

  @Override
  public Optional<Instant> until() {
    return Optional.ofNullable(stored.until());
  }

  @Override
  public List<String> signals() {
    return stored.signals();
  }

  @Override
  public Optional<String> message() {
    return Optional.ofNullable(stored.message());
  }

  /** Does not show the result. */
  @Override
  public String toString() {
    return "JobStep[jobId=%s, name=%s, key=%s, state=%s]".formatted(jobId, name(), key(), state());
  }
}
