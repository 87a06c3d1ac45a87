package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.internal.scaling.SimulatedDay.Job;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a simulated day that are due, by type, which take turns. Those of the partner start
 * at their rate at most. Not thread-safe.
 */
final class SimulatedQueue {

  private static final int WINDOW = 60;

  private final List<Job> all;
  private final List<Deque<Job>> waiting = new ArrayList<>();
  private final Deque<Integer> partnerStarts = new ArrayDeque<>();
  private int next;
  private int turn;

  /** Creates a queue of the jobs of a day, which are in the order of their due times. */
  SimulatedQueue(List<Job> all) {
    this.all = all;
    SimulatedDay.TYPES.forEach(type -> waiting.add(new ArrayDeque<>()));
  }

  /** Makes the jobs due that are due at this second. */
  void advance(int now) {
    while (next < all.size() && all.get(next).due() <= now) {
      waiting.get(all.get(next).type()).add(all.get(next));
      next++;
    }
    while (!partnerStarts.isEmpty() && partnerStarts.getFirst() <= now - WINDOW) {
      partnerStarts.removeFirst();
    }
  }

  /** Takes the next job that may start; null if there is none. */
  @Nullable Job take(int now) {
    for (int i = 0; i < waiting.size(); i++) {
      int type = (turn + i) % waiting.size();
      if (mayStart(type)) {
        turn = type + 1;
        if (type == SimulatedDay.PARTNER) {
          partnerStarts.add(now);
        }
        return waiting.get(type).remove();
      }
    }
    return null;
  }

  private boolean mayStart(int type) {
    return !waiting.get(type).isEmpty()
        && (type != SimulatedDay.PARTNER || partnerStarts.size() < SimulatedDay.PARTNER_RATE);
  }

  /** Returns whether a job may start. */
  boolean isReady() {
    for (int type = 0; type < waiting.size(); type++) {
      if (mayStart(type)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether all jobs of the day have been taken. */
  boolean isDone() {
    return next == all.size() && waiting.stream().allMatch(Deque::isEmpty);
  }

  /** The number of due jobs of a type. */
  int due(int type) {
    return waiting.get(type).size();
  }

  /** The number of jobs of a type that are known to become due until a second. */
  int announced(int type, int until) {
    int number = 0;
    for (int i = next; i < all.size() && all.get(i).due() <= until; i++) {
      Job job = all.get(i);
      number += job.type() == type && job.isAnnounced() ? 1 : 0;
    }
    return number;
  }

  /** The number of starts of the partner's type that count for its rate after some seconds. */
  int partnerStartsAfter(int now, int seconds) {
    return (int) partnerStarts.stream().filter(at -> at > now + seconds - WINDOW).count();
  }
}
