package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the table has jobs for a worker, in one statement that claims nothing: for workers
 * that wait, and nearly always find that there are none. It reads a row of an index for each type
 * that waits. Thread-safe.
 */
public final class LookStore {

  private static final String OVERDUE_MILLIS = "overdue_millis";

  private final Database database;
  private final Map<String, HotStatement> statements = new ConcurrentHashMap<>();

  /** The store of this database. */
  public LookStore(Database database) {
    this.database = database;
  }

  /**
   * What waits.
   *
   * @param limitedTypes the names of all types with limits of which jobs wait, due or not
   * @param untilDue how long until the first job is due that the worker may claim without a
   *     pointer; zero if there may be one already, null if none waits
   */
  public record Waiting(List<String> limitedTypes, @Nullable Duration untilDue) {}

  /**
   * Looks for jobs that no pointer brings to a worker: those whose pointers should have been
   * published some time ago, those that were set back, and those of types with limits.
   *
   * @param types the types that the worker knows, each up to a version
   * @param age how long ago their pointers should have been published, at least
   */
  public Waiting withoutPointers(Map<String, Integer> types, Duration age) {
    return run("without pointers", types, this::untilOverdue, age);
  }

  /**
   * Looks for all jobs that a worker may claim.
   *
   * @param types the types that the worker knows, each up to a version
   */
  public Waiting all(Map<String, Integer> types) {
    return run("all", types, this::untilDue, Duration.ZERO);
  }

  private Waiting run(
      String name,
      Map<String, Integer> types,
      Function<KnownTypes, Field<Long>> until,
      Duration age) {
    KnownTypes known = new KnownTypes(database.tables(), types);
    Map<String, @Nullable Object> values = new HashMap<>(known.parameters());
    values.put(OVERDUE_MILLIS, age.toMillis());
    AtomicReference<Waiting> waiting = new AtomicReference<>();
    statements
        .computeIfAbsent(name, unused -> statement(known, until.apply(known)))
        .run(database.control(), values, row -> waiting.set(read(row)));
    return Objects.requireNonNull(waiting.get());
  }

  private HotStatement statement(KnownTypes known, Field<Long> until) {
    Tables.Jobs j = database.tables().jobs;
    var waitingTypes = WaitingJobs.types(j);
    var limitedTypes =
        WaitingJobs.types("limited_types", j, LimitedClaimStore.isLimitedAndWaiting(j));
    Field<String> limitedType = WaitingJobs.typeIn("limited_types");
    return HotStatement.of(
        DSL.withRecursive(waitingTypes, limitedTypes)
            .select(
                DSL.field(
                    select(DSL.arrayAgg(limitedType))
                        .from(limitedTypes)
                        .where(limitedType.isNotNull())),
                until,
                DSL.field(setBack(known))));
  }

  private static Waiting read(ResultSet row) throws SQLException {
    Array limited = row.getArray(1);
    long millis = row.getLong(2);
    Duration untilDue = row.wasNull() ? null : Duration.ofMillis(Math.max(0, millis));
    boolean hasSetBack = row.getInt(3) > 0;
    return new Waiting(
        limited == null ? List.of() : List.of((String[]) limited.getArray()),
        hasSetBack ? Duration.ZERO : untilDue);
  }

  private static Field<Long> millisUntil(Field<Instant> time) {
    return DSL.field(
        "ceil(extract(epoch FROM {0} - {1}) * 1000)::bigint",
        SQLDataType.BIGINT, time, currentInstant());
  }

  /** By the first job that is due of each known type and priority. */
  private Field<Long> untilDue(KnownTypes known) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var first =
        select(j.runAt)
            .from(j)
            .where(
                WaitingJobs.isAmong(j)
                    .and(j.type.eq(known.type()))
                    .and(j.priority.eq(priority))
                    .and(j.version.le(known.version())))
            .orderBy(j.runAt, j.id)
            .limit(1)
            .asTable("c");
    return DSL.field(
        select(millisUntil(DSL.min(Fields.of(first, j.runAt))))
            .from(DSL.table(name("waiting_types")))
            .join(known.table())
            .on(known.type().eq(WaitingJobs.TYPE))
            .crossJoin(priorities.table())
            .crossJoin(lateral(first)));
  }

  /**
   * By the pointer that should have been published first, of whatever type: the index has no order
   * by types.
   */
  private Field<Long> untilOverdue(KnownTypes unused) {
    Tables.Jobs j = database.tables().jobs;
    Field<Long> millis = DSL.param(OVERDUE_MILLIS, 0L);
    return DSL.field(
        select(millisUntil(Intervals.after(j.publishAt, millis)))
            .from(j)
            .where(j.status.eq(inline(JobStatus.PENDING, Tables.STATUS)).and(j.limitKey.isNull()))
            .orderBy(j.publishAt)
            .limit(1));
  }

  /** How many known types have jobs that were set back. */
  private Select<Record1<Integer>> setBack(KnownTypes known) {
    Tables.Jobs j = database.tables().jobs;
    var ofOneType =
        select(j.version)
            .from(j)
            .where(
                j.status
                    .eq(inline(JobStatus.PENDING, Tables.STATUS))
                    .and(j.setBackAt.isNotNull())
                    .and(j.limitKey.isNull())
                    .and(j.type.eq(known.type()))
                    .and(j.version.le(known.version()))
                    .and(j.runAt.le(currentInstant())))
            // The order of the index, or the planner reads the whole table where it expects many
            .orderBy(j.version)
            .limit(1);
    return select(DSL.count()).from(known.table(), lateral(ofOneType.asTable("s")));
  }
}
