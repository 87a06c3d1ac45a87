package dev.tenon.jobs.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever comes and goes, each kind has its turn. */
class KindTurnsTest {

  private static final int KINDS = 40;

  /**
   * Kinds of which a statement comes to some. A kind that takes part all the time waits for no more
   * turns than there are others.
   *
   * @param steps in each, which kinds take part besides every third one, and how many are come to
   */
  @Property(tries = 200)
  void noKindWaitsForMoreTurnsThanThereAreOthers(
      @ForAll @Size(min = 50, max = 100) List<@IntRange(max = 0xFFFF) Integer> steps) {
    KindTurns turns = new KindTurns();
    Map<JobKind, Integer> turnsOfOthers = new HashMap<>();
    for (int step : steps) {
      List<WalkPlace> inTurn = turns.inTurn(takingPart(step));
      assertThat(inTurn).containsExactlyInAnyOrderElementsOf(takingPart(step));
      List<WalkPlace> had = inTurn.subList(0, 1 + step % inTurn.size());
      for (WalkPlace each : inTurn) {
        turnsOfOthers.merge(each.kind(), had.size(), Integer::sum);
      }
      had.forEach(each -> turnsOfOthers.put(each.kind(), 0));
      turns.had(had);
      turnsOfOthers.keySet().retainAll(inTurn.stream().map(WalkPlace::kind).toList());
      assertThat(turnsOfOthers.values()).allMatch(waited -> waited < KINDS);
    }
  }

  private static List<WalkPlace> takingPart(int step) {
    List<WalkPlace> all = new ArrayList<>();
    for (int i = 0; i < KINDS; i++) {
      if (i % 3 == 0 || (step >> i % 16 & 1) == 1) {
        all.add(WalkPlace.beginning(new JobKind("test.kind" + i, (short) 1)));
      }
    }
    return all;
  }
}
