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
 * takes them one after the other; the message is done when all of them are. For the worker's
 * claiming thread only.
 */
public final class Delivery {

  private final Deque<UUID> waiting;
  private final Set<UUID> inWork = new HashSet<>();
  private final String type;
  private final int priority;
  private final UnsettledDeliveries source;
  private final long tag;
  private final long receivedNanos = System.nanoTime();

  /** True until somebody has checked which of the pointers are stale. */
  private boolean mayBeMostlyStale;

  /**
   * One of the pointers, which the worker has taken.
   *
   * @param jobId the job
   * @param delivery the message that carries it
   */
  public record Pointer(UUID jobId, Delivery delivery) {}

  /**
   * Creates a message that has just arrived.
   *
   * @param jobIds the jobs
   * @param type the type that the message names
   * @param priority how urgent it is
   * @param isRedelivered whether it was delivered before, to this worker or another one
   * @param source where it came from
   * @param tag its delivery tag there
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

  /** Returns the type that the message names. */
  public String type() {
    return type;
  }

  int priority() {
    return priority;
  }

  /** Returns the time when it arrived, by {@link System#nanoTime()}. */
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
   * Takes pointers and adds them to a collection, up to a maximum. At first it takes all pointers
   * of a message that was delivered before: many of them may be stale, and it would take many small
   * claims to find that out.
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

  /** Puts a taken pointer back, because it is still needed: it is the next one again. */
  void keep(UUID jobId) {
    inWork.remove(jobId);
    waiting.addFirst(jobId);
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Marks a taken pointer as done, and returns whether all pointers are done. */
  boolean isDoneAfter(UUID jobId) {
    inWork.remove(jobId);
    return inWork.isEmpty() && waiting.isEmpty();
  }
}
