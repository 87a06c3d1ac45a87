package dev.tenon.jobs.internal.signal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The types with limits that have waiting jobs, those whose turn is next first, and whether it is
 * worthwhile to claim jobs of them: after a claim that returned fewer than it asked for, other jobs
 * have to end first. Thread-safe.
 */
public final class LimitedTurns {

  /**
   * The maximum wait for more room. Jobs that end one by one make room one by one, and a claim for
   * each would cost too much.
   */
  private static final Duration MAX_WAIT_FOR_MORE_ROOM = Duration.ofMillis(4);

  /** The share of the running jobs, as a divisor, whose room is enough for a claim. */
  private static final int SHARE_WORTH_A_CLAIM = 2;

  private final Set<String> known;
  private final LongSupplier nanoTime;
  private final List<String> waiting = new ArrayList<>();
  private final Map<String, Room> rooms = new HashMap<>();

  /** The jobs of a type that run here, and those that have ended since the last claim. */
  private static final class Room {

    private boolean isFull;
    private int running;
    private int ended;
    private long firstEndedNanos;

    boolean isWorthAClaim() {
      return ended > 0 && ended * SHARE_WORTH_A_CLAIM >= running;
    }

    long nanosUntil(long now) {
      if (!isFull || isWorthAClaim()) {
        return 0;
      }
      return ended == 0
          ? Long.MAX_VALUE
          : Math.max(0, firstEndedNanos + MAX_WAIT_FOR_MORE_ROOM.toNanos() - now);
    }
  }

  /** Creates the turns of these types, by all of their names, without waiting jobs. */
  LimitedTurns(Set<String> known, LongSupplier nanoTime) {
    this.known = Set.copyOf(known);
    this.nanoTime = nanoTime;
  }

  /** Sets the types that have waiting jobs; no others do. */
  synchronized void waitFor(Collection<String> due) {
    mayHaveRoom();
    List<String> others = new ArrayList<>(due);
    others.retainAll(known);
    waiting.retainAll(others);
    others.removeAll(waiting);
    waiting.addAll(others);
  }

  synchronized boolean anyWait() {
    return !waiting.isEmpty();
  }

  /**
   * Returns the time until there is room for the first job; {@link Long#MAX_VALUE} if that is
   * unknown.
   */
  synchronized long nanosUntilRoom() {
    long now = nanoTime.getAsLong();
    return waiting.stream()
        .mapToLong(type -> room(type).nanosUntil(now))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** Returns the types whose jobs may be claimed now, in their turns. */
  public synchronized List<String> startable() {
    long now = nanoTime.getAsLong();
    return waiting.stream().filter(type -> room(type).nanosUntil(now) == 0).toList();
  }

  /** Records that jobs of a type are about to be claimed; the other types go first from then on. */
  public synchronized void claims(String type) {
    room(type).ended = 0;
    waiting.remove(type);
    waiting.add(type);
  }

  /**
   * Records that jobs of a type were claimed.
   *
   * @param jobs their number
   * @param isFull whether there were fewer than requested, so that others have to end first
   */
  public synchronized void claimed(String type, int jobs, boolean isFull) {
    Room room = room(type);
    room.isFull = isFull;
    room.running += jobs;
  }

  /** Records that a job has ended, and returns whether there is enough room for a claim. */
  synchronized boolean ended(String type) {
    Room room = room(type);
    room.running = Math.max(0, room.running - 1);
    room.ended++;
    if (room.ended == 1) {
      room.firstEndedNanos = nanoTime.getAsLong();
    }
    return room.ended == 1 || room.isWorthAClaim();
  }

  synchronized void mayHaveRoom() {
    rooms.values().forEach(room -> room.isFull = false);
  }

  private Room room(String type) {
    return rooms.computeIfAbsent(type, unused -> new Room());
  }
}
