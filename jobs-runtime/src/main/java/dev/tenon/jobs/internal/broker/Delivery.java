package dev.tenon.jobs.internal.broker;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A message that was delivered and is not settled yet: pointers to jobs of one type. The worker
 * takes them one after the other; the message has done its work when all of them have. For the
 * worker's claiming thread only.
 */
public final class Delivery {

  private final Deque<UUID> waiting;
  private final Set<UUID> inWork = new HashSet<>();
  private final String type;
  private final int priority;
  private final UnsettledDeliveries source;
  private final long tag;
  private final long receivedNanos = System.nanoTime();

  /** Whether nobody has looked yet which of the pointers are stale. */
  private boolean mayBeMostlyStale;

  /**
   * One of the pointers, which the worker has taken.
   *
   * @param jobId the job
   * @param delivery the message that carries it
   */
  public record Pointer(UUID jobId, Delivery delivery) {}

  /**
   * A message that has just come.
   *
   * @param jobIds the jobs
   * @param type the type that the message names
   * @param priority how urgent it is
   * @param isRedelivered whether it was delivered before, to this worker or another one
   * @param source where it came from
   * @param tag what it is called there
   */
  Delivery(
      Collection<UUID> jobIds,
      String type,
      int priority,
      boolean isRedelivered,
      UnsettledDeliveries source,
      long tag) {
    this.waiting = new ArrayDeque<>(jobIds);
    this.type = type;
    this.priority = priority;
    this.mayBeMostlyStale = isRedelivered;
    this.source = source;
    this.tag = tag;
  }

  /** The type that the message names. */
  public String type() {
    return type;
  }

  int priority() {
    return priority;
  }

  /** When it came, by {@link System#nanoTime()}. */
  long receivedNanos() {
    return receivedNanos;
  }

  UnsettledDeliveries source() {
    return source;
  }

  long tag() {
    return tag;
  }

  /**
   * Adds pointers to those that are taken, until there are so many of them. Of a message that was
   * delivered before, all are taken at first: many of them may be stale, and to find that out a few
   * at a time would take a claim for each few.
   */
  void takeInto(List<Pointer> taken, int max) {
    boolean takesAll = mayBeMostlyStale;
    mayBeMostlyStale = false;
    while ((takesAll || taken.size() < max) && !waiting.isEmpty()) {
      UUID jobId = waiting.remove();
      inWork.add(jobId);
      taken.add(new Pointer(jobId, this));
    }
  }

  /** The pointer to that job, which was taken, is still needed: it is the next one again. */
  void keep(UUID jobId) {
    inWork.remove(jobId);
    waiting.addFirst(jobId);
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** The pointer to that job, which was taken, has done its work. Whether all pointers have. */
  boolean isDoneAfter(UUID jobId) {
    inWork.remove(jobId);
    return inWork.isEmpty() && waiting.isEmpty();
  }
}
