package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether the table has jobs for a worker, in one statement that claims nothing. It is for
 * idle workers, which nearly always find that there are none. It reads one row of an index for each
 * type that has waiting jobs, or the first jobs in turn where pointers are published; if there are
 * many of these, another statement continues behind them. Thread-safe.
 */
public final class PollStore {

  private static final String TYPES = "types";
  private static final String VERSIONS = "versions";
  private static final String OVERDUE_MILLIS = "overdue_millis";
  private static final String READ_FROM = "read_from";

  private final Database database;
  private final ClaimStore claims;
  private final HotStatement statement;

  /** The read positions of workers, by the types that they know, each up to a version. */
  private final Map<Map<String, Integer>, IndexReadStart<Instant>> dueFrom =
      new ConcurrentHashMap<>();

  private final Map<Map<String, Integer>, IndexReadStart<Instant>> overdueFrom =
      new ConcurrentHashMap<>();

  /**
   * The store of this database.
   *
   * @param claims claims what a look has found behind many others
   */
  public PollStore(Database database, ClaimStore claims) {
    this.database = database;
    this.claims = claims;
    this.statement =
        HotStatement.call(
            database.tables(), "look_for_jobs", TYPES, VERSIONS, OVERDUE_MILLIS, READ_FROM);
  }

  /**
   * The waiting jobs.
   *
   * @param limitedTypes the types with limits that have waiting jobs
   * @param untilDue the time until the first job that the worker may claim without a pointer is
   *     due; zero if there may be one already, null if none waits
   */
  public record Waiting(LimitedTypes limitedTypes, @Nullable Duration untilDue) {}

  /**
   * Looks for jobs that no pointer brings to a worker: those whose pointers should have been
   * published some time ago, parked ones, and those of types with limits. Jobs behind very many
   * published ones are found after several looks.
   *
   * @param types the types that the worker knows, each up to a version; never changed
   * @param age how long ago their pointers should have been published, at least
   */
  public Waiting withoutPointers(Map<String, Integer> types, Duration age) {
    List<WalkPlace> behind = new ArrayList<>();
    Waiting waiting = run(types, age, overdueFrom, behind);
    if (Duration.ZERO.equals(waiting.untilDue())) {
      return waiting;
    }
    return claims.overdueWalk(types).walkOn(behind, age)
        ? new Waiting(waiting.limitedTypes(), Duration.ZERO)
        : waiting;
  }

  /**
   * Looks for all jobs that a worker may claim.
   *
   * @param types the types that the worker knows, each up to a version; never changed
   */
  public Waiting all(Map<String, Integer> types) {
    return run(types, null, dueFrom, new ArrayList<>());
  }

  /**
   * Runs a look.
   *
   * @param behind receives the kinds that have more jobs than were read
   */
  private Waiting run(
      Map<String, Integer> types,
      @Nullable Duration age,
      Map<Map<String, Integer>, IndexReadStart<Instant>> startByTypes,
      List<WalkPlace> behind) {
    List<Map.Entry<String, Integer>> known = List.copyOf(types.entrySet());
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(TYPES, known.stream().map(Map.Entry::getKey).toArray(String[]::new));
    values.put(VERSIONS, known.stream().map(Map.Entry::getValue).toArray(Integer[]::new));
    values.put(OVERDUE_MILLIS, age == null ? null : age.toMillis());
    AtomicReference<Waiting> waiting = new AtomicReference<>();
    long startNanos = System.nanoTime();
    startByTypes
        .computeIfAbsent(types, unused -> new IndexReadStart<>())
        .read(
            from -> {
              values.put(READ_FROM, from.orElse(null));
              AtomicReference<Optional<Instant>> next = new AtomicReference<>(Optional.empty());
              statement.run(
                  database.control(),
                  values,
                  row -> {
                    Instant now = row.getObject("looked_at", OffsetDateTime.class).toInstant();
                    Instant oldest = time(row, "oldest").filter(now::isAfter).orElse(now);
                    next.set(IndexReadStart.next(from, startNanos, oldest));
                    waiting.set(read(row, now));
                    behind.addAll(behind(row, from));
                  });
              return next.get();
            });
    return Objects.requireNonNull(waiting.get());
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static List<WalkPlace> behind(ResultSet row, Optional<Instant> from) throws SQLException {
    Array types = row.getArray("types_behind");
    if (types == null) {
      return List.of();
    }
    String[] names = (String[]) types.getArray();
    Short[] priorities = (Short[]) row.getArray("priorities_behind").getArray();
    List<WalkPlace> behind = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      behind.add(new WalkPlace(new JobKind(names[i], priorities[i]), from.orElse(null), null));
    }
    return behind;
  }

  private static Waiting read(ResultSet row, Instant now) throws SQLException {
    Long untilLimited = row.getObject("until_limited", Long.class);
    return new Waiting(
        new LimitedTypes(
            List.of((String[]) row.getArray("limited_types").getArray()),
            untilLimited == null ? null : Duration.ofMillis(untilLimited)),
        row.getBoolean("has_parked")
            ? Duration.ZERO
            : time(row, "first_due")
                .map(due -> Duration.between(now, due))
                .map(until -> until.isNegative() ? Duration.ZERO : until)
                .orElse(null));
  }
}
