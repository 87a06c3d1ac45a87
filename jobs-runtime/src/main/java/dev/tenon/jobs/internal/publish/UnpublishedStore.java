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
 * Finds the due pointers that nobody has published yet. It walks through the due jobs of each kind,
 * in the order that they run in. Each look reads a limited number of jobs, and the next one
 * continues there; after the end of a kind, it starts at its beginning again. So a small backlog is
 * read completely at each look, and a job that is found late in a large one would not have run
 * earlier anyway. A job may also come back to its old place at the head of a large backlog, such as
 * when its worker releases it. To find these, each look also reads the heads of some of the large
 * ones, which take turns. Not thread-safe.
 */
public final class UnpublishedStore {

  /** The number of jobs that one search reads. */
  static final int MAX_ROWS = 5_000;

  /** The number of those that it reads at the heads of kinds whose walks are elsewhere. */
  private static final int MAX_HEAD_ROWS = 1_000;

  private final Database database;
  private final JobWalk walk;

  /** The order of kinds after the last search: first those that it did not reach. */
  private List<JobKind> order = List.of();

  /** The places where the walks continue through kinds whose end was not reached. */
  private final Map<JobKind, WalkPlace> places = new HashMap<>();

  /** The kinds whose heads are read next. */
  private final KindTurns heads = new KindTurns();

  /** The places where the last search continued the walks. */
  private Map<JobKind, WalkPlace> placesBefore = Map.of();

  /** The store of this database. */
  public UnpublishedStore(Database database) {
    this.database = database;
    this.walk = new JobWalk(database.tables());
  }

  /**
   * The result of a look.
   *
   * @param pointers the pointers, without those of jobs whose rows somebody has locked: nobody
   *     could claim these or record that they were published, so they would be published again and
   *     again
   * @param isFull whether the look ended at its maximum, so that there may be more immediately
   */
  public record Found(List<JobPointer> pointers, boolean isFull) {}

  /**
   * Looks for pointers.
   *
   * @param kinds the kinds that have due jobs, each with its beginning, or with the place where
   *     reads start while an old transaction is open
   * @param limit the maximum number of pointers
   * @param exceptRoutingKeys whose pointers cannot be published
   */
  public Found find(List<WalkPlace> kinds, int limit, Collection<String> exceptRoutingKeys) {
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

  /** Makes the next search find the same pointers again, because nothing could be published. */
  public void findAgain() {
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
   * Puts the kinds in the order of the next search, which begins with those that this one did not
   * reach. Then come those that it has read completely, which leave the rest of the limit to those
   * that have more.
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
