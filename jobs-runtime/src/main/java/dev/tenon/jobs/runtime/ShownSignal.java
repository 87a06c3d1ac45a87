package dev.tenon.jobs.runtime;

import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.internal.operate.StepPages.StoredRecordOfSignal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A signal as people see it. */
record ShownSignal(StoredRecordOfSignal stored, String value) implements JobSignal {

  @Override
  public UUID jobId() {
    return stored.jobId();
  }

  @Override
  public String id() {
    return stored.id();
  }

  @Override
  public String name() {
    return stored.name();
  }

  @Override
  public String key() {
    return stored.key();
  }

  @Override
  public int version() {
    return stored.version();
  }

  @Override
  public String sentBy() {
    return stored.sentBy();
  }

  @Override
  public Instant sentAt() {
    return stored.sentAt();
  }

  @Override
  public Optional<Instant> deliveredAt() {
    return Optional.ofNullable(stored.deliveredAt());
  }

  @Override
  public Optional<String> error() {
    return Optional.ofNullable(stored.error());
  }

  /** Returns the signal without its value. */
  @Override
  public String toString() {
    return "JobSignal[%s, %s, %s]".formatted(jobId(), name(), id());
  }
}
