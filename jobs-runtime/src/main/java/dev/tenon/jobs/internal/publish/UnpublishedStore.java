package dev.tenon.jobs.internal.publish;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.pointer.JobPointer;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.store.JobKind;
import dev.tenon.jobs.internal.store.JobWalk;
import dev.tenon.jobs.internal.store.KindTurns;
import dev.tenon.jobs.internal.store.WalkPlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Finds the pointers that nobody has published though it is time to. It walks through the jobs of
 * each kind that are due, in the order in which they run, a limited number with each look, and goes
 * on from there with the next one; a kind whose end it has reached is walked from its beginning
 * again. So a small backlog is read at each look; what is found late in a large one would not have
 * run earlier. What comes back to its old place at the head of a large one, since its worker gave
 * it back, say, is found there: each look also reads the heads of some of the large ones, which
 * take turns. Not thread-safe.
 */
public final class UnpublishedStore {

  /** How many jobs one look reads. */
  static final int MAX_ROWS = 5_000;

  /** How many of them at the heads of kinds that are walked elsewhere. */
  private static final int MAX_HEAD_ROWS = 1_000;

  private final Database database;
  private final JobWalk walk;

  /** In which order kinds were left by the last look: first those that it did not come to. */
  private List<JobKind> order = List.of();

  /** Where kinds are walked on whose end was not reached. */
  private final Map<JobKind, WalkPlace> places = new HashMap<>();

  /** Whose heads are read next. */
  private final KindTurns heads = new KindTurns();

  /** Where they were walked on by the last look. */
  private Map<JobKind, WalkPlace> placesBefore = Map.of();

  /** The store of this database. */
  public UnpublishedStore(Database database) {
    this.database = database;
    this.walk = new JobWalk(database.tables());
  }

  /**
   * What a look has found.
   *
   * @param pointers the pointers. Those of jobs whose rows somebody has locked are left out: nobody
   *     could claim these, nor note that they were published, so that they would be published again
   *     and again.
   * @param isFull whether there may be more at once: the look has ended since it had found as many
   *     as it may
   */
  public record Found(List<JobPointer> pointers, boolean isFull) {}

  /**
   * Looks for pointers.
   *
   * @param kinds the kinds of which jobs are due, each from its beginning or from where it is read
   *     while an old transaction is open
   * @param limit how many at most
   * @param exceptRoutingKeys whose pointers cannot be published
   */
  public Found look(List<WalkPlace> kinds, int limit, Collection<String> exceptRoutingKeys) {
    placesBefore = Map.copyOf(places);
    List<WalkPlace> next = next(kinds);
    Map<UUID, JobPointer> found = new LinkedHashMap<>();
    List<WalkPlace> beginnings =
        heads.inTurn(
            kinds.stream().filter(beginning -> places.containsKey(beginning.kind())).toList());
    if (!beginnings.isEmpty()) {
      JobWalk.Step step = step(beginnings, MAX_HEAD_ROWS, limit, exceptRoutingKeys);
      heads.had(beginnings.subList(0, step.walked().size()));
      add(step, found);
    }
    if (found.size() >= limit) {
      return new Found(List.copyOf(found.values()), true);
    }
    JobWalk.Step step = step(next, MAX_ROWS, limit - found.size(), exceptRoutingKeys);
    walked(next, step.walked());
    add(step, found);
    return new Found(List.copyOf(found.values()), step.isFull());
  }

  private JobWalk.Step step(
      List<WalkPlace> from, int maxRows, int limit, Collection<String> exceptRoutingKeys) {
    return walk.step(
        database.control(),
        from,
        new JobWalk.Search(
            JobStatus.PENDING, Duration.ZERO, null, exceptRoutingKeys, maxRows, limit));
  }

  private static void add(JobWalk.Step step, Map<UUID, JobPointer> found) {
    step.pointers().forEach(each -> found.put(each.pointer().jobId(), each.pointer()));
  }

  /** Has the next look find the same again, since nothing could be published. */
  public void lookAgain() {
    places.clear();
    places.putAll(placesBefore);
  }

  private List<WalkPlace> next(List<WalkPlace> kinds) {
    Map<JobKind, WalkPlace> beginnings = new LinkedHashMap<>();
    kinds.forEach(each -> beginnings.put(each.kind(), each));
    places.keySet().retainAll(beginnings.keySet());
    List<WalkPlace> ordered = new ArrayList<>();
    for (JobKind kind : order) {
      WalkPlace beginning = beginnings.remove(kind);
      if (beginning != null) {
        ordered.add(places.getOrDefault(kind, beginning));
      }
    }
    List<WalkPlace> next = new ArrayList<>(beginnings.values());
    next.addAll(ordered);
    return next;
  }

  /**
   * The next look begins with the kinds that this one did not come to. Those that it has read in
   * full come before those of which there is more, and leave these what they do not need.
   */
  private void walked(List<WalkPlace> kinds, List<@Nullable WalkPlace> walked) {
    List<JobKind> unwalked =
        kinds.subList(walked.size(), kinds.size()).stream().map(WalkPlace::kind).toList();
    List<JobKind> inFull = new ArrayList<>();
    List<JobKind> inPart = new ArrayList<>();
    for (int i = 0; i < walked.size(); i++) {
      JobKind kind = kinds.get(i).kind();
      WalkPlace place = walked.get(i);
      if (place == null) {
        places.remove(kind);
        inFull.add(kind);
      } else {
        places.put(kind, place);
        inPart.add(kind);
      }
    }
    order = new ArrayList<>(unwalked);
    order.addAll(inFull);
    order.addAll(inPart);
  }
}
