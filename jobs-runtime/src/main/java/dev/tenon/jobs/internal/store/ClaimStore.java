package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs for a worker, many with one call of a function of the database. The payloads of one
 * claim have a limited number of bytes in all, so that they fit into the worker's memory. The
 * workers of a process share one, because it remembers where the next read of the table has to
 * start. Thread-safe.
 */
public final class ClaimStore {

  private static final String WORKER = "worker";
  private static final String IDS = "ids";
  private static final String TYPES = "types";
  private static final String VERSIONS = "versions";
  private static final String OVERDUE_MILLIS = "overdue_millis";
  private static final String READ_FROM = "read_from";
  private static final String FOUND = "found";
  private static final String MAX_JOBS = "max_jobs";
  private static final String MAX_BYTES = "max_bytes";

  private final Database database;
  private final HotStatement byPointers;
  private final HotStatement due;
  private final HotStatement overdue;

  /** The read positions of workers, by the types that they know, each up to a version. */
  private final Map<Map<String, Integer>, IndexReadStart<List<Instant>>> dueFrom =
      new ConcurrentHashMap<>();

  private final Map<Map<String, Integer>, IndexReadStart<List<Instant>>> overdueFrom =
      new ConcurrentHashMap<>();

  private final Map<Map<String, Integer>, OverdueWalk> overdueWalks = new ConcurrentHashMap<>();

  /** The store of this database. */
  public ClaimStore(Database database) {
    this.database = database;
    Tables tables = database.tables();
    this.byPointers =
        HotStatement.call(
            tables, "claim_pointed", WORKER, IDS, TYPES, VERSIONS, MAX_JOBS, MAX_BYTES);
    this.due =
        HotStatement.call(
            tables, "claim_due", WORKER, TYPES, VERSIONS, READ_FROM, MAX_JOBS, MAX_BYTES);
    this.overdue =
        HotStatement.call(
            tables,
            "claim_overdue",
            WORKER,
            TYPES,
            VERSIONS,
            OVERDUE_MILLIS,
            READ_FROM,
            FOUND,
            MAX_JOBS,
            MAX_BYTES);
  }

  /**
   * Claims jobs by their pointers. After that, no pointer is needed except those of {@link
   * Claims#left}. A job whose type or version is not among the given ones is parked: no pointer is
   * published for it for a while, and the first worker that knows its type finds it in the table.
   *
   * @param jobIds the jobs; a job may appear several times, because it may have several pointers
   * @param types the types that may be claimed, each up to a version
   * @param limit how many jobs are claimed at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public Claims claim(
      String workerId,
      Collection<UUID> jobIds,
      Map<String, Integer> types,
      int limit,
      long maxBytes) {
    Map<String, @Nullable Object> values = values(workerId, types, limit, maxBytes);
    values.put(IDS, jobIds.toArray(UUID[]::new));
    Claims claims = noClaims();
    byPointers.run(
        database.control(), values, row -> ClaimedRow.read(row, workerId, false, claims));
    return claims;
  }

  /**
   * Claims jobs from the table, without pointers: the most urgent first, and of those the ones that
   * have been due the longest, except that ten minutes of waiting make up for one level of
   * priority. Jobs that another worker is claiming at the same moment are skipped.
   *
   * @param types the types that may be claimed, each up to a version; never changed
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claimDue(
      String workerId, Map<String, Integer> types, int limit, long maxBytes) {
    return claim(due, dueFrom, types, values(workerId, types, limit, maxBytes), workerId).jobs();
  }

  /**
   * Claims jobs that no pointer will bring to a worker. Either their pointers should have been
   * published some time ago and were not, because there is no leader or the broker accepts no
   * messages; or workers that do not know their types have parked them. Jobs that are far behind
   * many published ones are included once a {@linkplain PollStore#withoutPointers look} has found
   * them.
   *
   * @param types the types that may be claimed, each up to a version; never changed
   * @param age how long ago their pointers should have been published, at least
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claimOverdue(
      String workerId, Map<String, Integer> types, Duration age, int limit, long maxBytes) {
    Map<String, @Nullable Object> values = values(workerId, types, limit, maxBytes);
    values.put(OVERDUE_MILLIS, age.toMillis());
    OverdueWalk walk = overdueWalk(types);
    List<UUID> found = walk.take(limit, age);
    values.put(FOUND, found.toArray(UUID[]::new));
    List<UUID> untried = found;
    try {
      Claims claims = claim(overdue, overdueFrom, types, values, workerId);
      untried = untried(found, claims, limit);
      return claims.jobs();
    } finally {
      walk.giveBack(untried);
    }
  }

  /**
   * Returns the jobs that a claim has left, because they do not fit or because it reached others
   * first.
   */
  private static List<UUID> untried(List<UUID> found, Claims claims, int limit) {
    List<UUID> left = new ArrayList<>(found);
    if (claims.jobs().size() + claims.left().size() < limit) {
      left.retainAll(claims.left());
    } else {
      left.removeAll(claims.jobs().stream().map(job -> job.lease().jobId()).toList());
    }
    return left;
  }

  /** Returns the walk for workers that run these types, up to these versions. */
  OverdueWalk overdueWalk(Map<String, Integer> types) {
    return overdueWalks.computeIfAbsent(types, unused -> new OverdueWalk(database));
  }

  private static Map<String, @Nullable Object> values(
      String workerId, Map<String, Integer> types, int limit, long maxBytes) {
    List<Map.Entry<String, Integer>> entries = List.copyOf(types.entrySet());
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(WORKER, workerId);
    values.put(TYPES, entries.stream().map(Map.Entry::getKey).toArray(String[]::new));
    values.put(VERSIONS, entries.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
    values.put(MAX_JOBS, limit);
    values.put(MAX_BYTES, maxBytes);
    return values;
  }

  private static Claims noClaims() {
    return new Claims(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  /** Claims from the table, starting at the place that has to be read now. */
  private Claims claim(
      HotStatement statement,
      Map<Map<String, Integer>, IndexReadStart<List<Instant>>> startByTypes,
      Map<String, Integer> types,
      Map<String, @Nullable Object> values,
      String workerId) {
    Claims claims = noClaims();
    startByTypes
        .computeIfAbsent(types, unused -> new IndexReadStart<>())
        .read(
            from -> {
              values.put(READ_FROM, from.map(times -> times.toArray(Instant[]::new)).orElse(null));
              AtomicReference<Optional<List<Instant>>> next =
                  new AtomicReference<>(Optional.empty());
              statement.run(
                  database.control(),
                  values,
                  row -> {
                    Optional<List<Instant>> readNext = ClaimedRow.readStart(row);
                    if (readNext.isPresent()) {
                      next.set(readNext);
                    } else {
                      ClaimedRow.read(row, workerId, false, claims);
                    }
                  });
              return next.get();
            });
    return claims;
  }

  /**
   * A job that the worker runs according to the table.
   *
   * @param lease its lease
   * @param payloadBytes how many bytes its payload has
   */
  public record Held(Lease lease, int payloadBytes) {}

  /**
   * Returns the jobs that the worker runs according to the table, except the known ones: these are
   * claims whose replies were lost.
   */
  public List<Held> held(String workerId, Collection<UUID> except) {
    RunningJobs running = new RunningJobs(database.tables(), workerId, Optional.empty());
    return database
        .control()
        .select(running.id(), running.lease(), running.payloadBytes())
        .from(running.table())
        .fetch(
            Records.mapping((id, lease, bytes) -> new Held(new Lease(id, lease, workerId), bytes)))
        .stream()
        .filter(held -> !except.contains(held.lease().jobId()))
        .toList();
  }
}
