package dev.tenon.jobs.internal.publish;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.internal.schedule.ScheduledRunStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.HotStatement;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.store.IndexReadStart;
import dev.tenon.jobs.internal.store.JobKind;
import dev.tenon.jobs.internal.store.WalkPlace;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Checks whether the leader has due work. Thread-safe. */
public final class DueStore {

  private final Database database;

  private final IndexReadStart<From> readStart = new IndexReadStart<>();

  private final HotStatement statement;

  /** The store of this database. */
  public DueStore(Database database) {
    this.database = database;
    Tables.Schedules s = database.tables().schedules;
    Table<?> kinds =
        DSL.table(
                "{0}({1}, {2}, {3}, {4})",
                name(database.tables().live.getSchema().getQualifiedName(), name("due_kinds")),
                parameter("types", SQLDataType.CLOB),
                parameter("priorities", SQLDataType.SMALLINT),
                parameter("from", SQLDataType.INSTANT),
                DSL.param("from_others", SQLDataType.INSTANT).cast(SQLDataType.INSTANT))
            .as("kinds", "type", "priority", "place");
    this.statement =
        HotStatement.of(
            DSL.select(
                    currentInstant().as("now"),
                    DSL.field(
                            exists(
                                selectOne()
                                    .from(s)
                                    .where(ScheduledRunStore.isDue(s, database.tables().live))))
                        .as("has_schedules"),
                    DSL.field(exists(selectOne().from(database.tables().skippedJobs)))
                        .as("has_skipped_jobs"),
                    DSL.field(
                            exists(
                                selectOne()
                                    .from(database.tables().signals)
                                    .where(database.tables().signals.isNew.isTrue())))
                        .as("has_signals"),
                    DSL.field(
                            "{0}({1})",
                            SQLDataType.BOOLEAN,
                            name(
                                database.tables().live.getSchema().getQualifiedName(),
                                name("has_expired_jobs")),
                            DSL.coalesce(
                                DSL.param("expired_from", SQLDataType.INSTANT)
                                    .cast(SQLDataType.INSTANT),
                                DSL.field("timestamptz '-infinity'", SQLDataType.INSTANT)))
                        .as("has_expired_jobs"),
                    DSL.field(exists(selectOne().from(database.tables().linesToAdvance)))
                        .as("has_lines"),
                    DSL.field(name("kinds", "type")),
                    DSL.field(name("kinds", "priority")),
                    DSL.field(name("kinds", "place")))
                .from(DSL.select(inline(1)).asTable("once"))
                .leftJoin(kinds)
                .on(DSL.trueCondition()));
  }

  private static <T> Field<T[]> parameter(String name, DataType<T> type) {
    return DSL.param(name, type.array()).cast(type.array());
  }

  /**
   * The due work.
   *
   * @param kinds the kinds that have a waiting job that is due, so that a pointer may have to be
   *     published, and the place to begin with each
   * @param hasSchedules whether there are schedules with something to do
   * @param hasSkippedJobs whether claims have skipped jobs that somebody had locked
   * @param hasSignals whether there are signals that nobody has looked at since they were sent
   * @param hasExpiredJobs whether there are waiting jobs that must have started by now
   * @param hasLines whether there are lines whose next job may be able to start
   */
  public record Due(
      List<WalkPlace> kinds,
      boolean hasSchedules,
      boolean hasSkippedJobs,
      boolean hasSignals,
      boolean hasExpiredJobs,
      boolean hasLines) {}

  /**
   * A kind, as a look has found it.
   *
   * @param place the time of the first job that is due and waits; null if there is none
   */
  private record Seen(JobKind kind, @Nullable Instant place) {}

  /**
   * The times where reads of kinds start while an old transaction is open.
   *
   * @param times the times of the known kinds
   * @param others the time of all other kinds
   * @param expired the time of the jobs that must have started by now
   */
  private record From(Map<JobKind, Instant> times, Instant others, Instant expired) {}

  /** Looks for due work. */
  public Due due() {
    AtomicReference<Due> due = new AtomicReference<>();
    readStart.read(
        from -> {
          long startNanos = System.nanoTime();
          List<Seen> seen = new ArrayList<>();
          AtomicReference<Instant> now = new AtomicReference<>();
          boolean[] has = new boolean[5];
          statement.run(
              database.control(),
              values(from),
              row -> {
                now.set(row.getObject("now", OffsetDateTime.class).toInstant());
                has[0] = row.getBoolean("has_schedules");
                has[1] = row.getBoolean("has_skipped_jobs");
                has[2] = row.getBoolean("has_signals");
                has[3] = row.getBoolean("has_expired_jobs");
                has[4] = row.getBoolean("has_lines");
                if (row.getString("type") != null) {
                  seen.add(seen(row));
                }
              });
          Optional<From> next =
              from.isEmpty() && !IndexReadStart.wasLong(startNanos)
                  ? Optional.empty()
                  : Optional.of(next(from, seen, has[3], Objects.requireNonNull(now.get())));
          due.set(new Due(places(seen, next), has[0], has[1], has[2], has[3], has[4]));
          return next;
        });
    return Objects.requireNonNull(due.get());
  }

  private static Map<String, @Nullable Object> values(Optional<From> from) {
    Map<String, @Nullable Object> values = new HashMap<>();
    Map<JobKind, Instant> times = from.map(From::times).orElse(Map.of());
    List<JobKind> kinds = List.copyOf(times.keySet());
    values.put(
        "types", from.isEmpty() ? null : kinds.stream().map(JobKind::type).toArray(String[]::new));
    values.put("priorities", kinds.stream().map(JobKind::priority).toArray(Short[]::new));
    values.put("from", kinds.stream().map(times::get).toArray(Instant[]::new));
    values.put("from_others", from.map(From::others).orElse(null));
    values.put("expired_from", from.map(From::expired).orElse(null));
    return values;
  }

  private static Seen seen(ResultSet row) throws SQLException {
    OffsetDateTime place = row.getObject("place", OffsetDateTime.class);
    return new Seen(
        new JobKind(row.getString("type"), row.getShort("priority")),
        place == null ? null : place.toInstant());
  }

  private static From next(
      Optional<From> from, List<Seen> seen, boolean hasExpiredJobs, Instant now) {
    Map<JobKind, Instant> times = new HashMap<>();
    for (Seen each : seen) {
      // The search for parked jobs always starts at the beginning
      if (!each.kind().type().isEmpty()) {
        times.put(
            each.kind(),
            IndexReadStart.later(
                from.map(last -> last.times().get(each.kind())),
                each.place() == null ? now : each.place()));
      }
    }
    Instant others = IndexReadStart.later(Optional.empty(), now);
    // While there are some, nobody knows where they begin
    Instant expired = hasExpiredJobs ? from.map(From::expired).orElse(Instant.EPOCH) : others;
    return new From(times, others, expired);
  }

  private static List<WalkPlace> places(List<Seen> seen, Optional<From> from) {
    return seen.stream()
        .filter(each -> each.place() != null)
        .map(
            each ->
                new WalkPlace(
                    each.kind(),
                    from.map(times -> times.times().get(each.kind())).orElse(null),
                    null))
        .toList();
  }
}
