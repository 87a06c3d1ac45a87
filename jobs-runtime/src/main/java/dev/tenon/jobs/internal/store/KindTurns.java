package dev.tenon.jobs.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of the turns that kinds take, for statements that may not reach all of them. The kinds
 * that a statement has reached are the last ones of the next statement, and new ones come after
 * those. So each has its turn, however many come and go. Not thread-safe.
 */
public final class KindTurns {

  private final Set<JobKind> turns = new LinkedHashSet<>();

  /**
   * Returns the places in the order of the turns.
   *
   * @param places one for each kind that takes part now; all others lose their turn
   */
  public List<WalkPlace> inTurn(Collection<WalkPlace> places) {
    Map<JobKind, WalkPlace> byKind = new LinkedHashMap<>();
    places.forEach(place -> byKind.put(place.kind(), place));
    turns.retainAll(byKind.keySet());
    turns.addAll(byKind.keySet());
    List<WalkPlace> inTurn = new ArrayList<>();
    for (JobKind kind : turns) {
      WalkPlace place = byKind.get(kind);
      if (place != null) {
        inTurn.add(place);
      }
    }
    return inTurn;
  }

  /** Puts the next turn of these kinds after those of all others, in this order. */
  public void had(Collection<WalkPlace> places) {
    for (WalkPlace place : places) {
      turns.remove(place.kind());
      turns.add(place.kind());
    }
  }
}
