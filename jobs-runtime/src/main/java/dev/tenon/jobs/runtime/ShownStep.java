package dev.tenon.jobs.runtime;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.internal.operate.StepPages.StoredRecord;
import dev.tenon.jobs.internal.store.StepStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A record as people see it. */
record ShownStep(StoredRecord stored, Optional<String> result) implements JobStep {

  @Override
  public UUID jobId() {
    return stored.jobId();
  }

  @Override
  public String jobType() {
    return stored.jobType();
  }

  @Override
  public String name() {
    return stored.kind() == Kind.TOKEN && stored.name().startsWith(StepStore.TOKEN)
        ? stored.name().substring(StepStore.TOKEN.length())
        : stored.name();
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

  /** Returns the record without its value. */
  @Override
  public String toString() {
    return "JobStep[%s, %s, %s]".formatted(jobId(), name(), state().code());
  }
}
