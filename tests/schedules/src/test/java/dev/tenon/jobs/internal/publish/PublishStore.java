package dev.tenon.jobs.internal.publish;

import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.pointer.PublishedPointer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Stands in for the class of this name: writes what is queued to a callback. */
public final class PublishStore {

  private final Consumer<PublishedPointer> table;

  /** Creates a store. */
  public PublishStore(Consumer<PublishedPointer> table) {
    this.table = table;
  }

  /** Notes pointers as queued. */
  public void markQueued(List<PublishedPointer> confirmed) {
    confirmed.forEach(table);
  }

  /** Finds no job of a caller's transaction. */
  public Set<UUID> visibleAmong(Collection<UUID> jobIds) {
    return Set.of();
  }

  /** Finds no job of a caller's transaction. */
  public List<JobPointer> pendingAmong(Collection<UUID> jobIds) {
    return List.of();
  }

  /** Does nothing: every pointer is confirmed. */
  public void postpone(List<JobPointer> pointers, Duration delay) {}
}
