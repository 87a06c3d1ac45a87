package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Select;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  private static final String READ_FROM = "read_from";

  private static final Field<Instant> FIRST = DSL.field(name("first"), SQLDataType.INSTANT);
  private static final Field<Instant> OLDEST = DSL.field(name("oldest"), SQLDataType.INSTANT);

  /** How many jobs of each type and priority are looked at for those that are overdue. */
  private static final int MAX_HEAD = 1_000;

  private final Database database;
  private final Map<Question, HotStatement> statements = new ConcurrentHashMap<>();

  /** For workers of each of these types, up to these versions. */
  private final Map<Map<String, Integer>, ReadFrom<Instant>> dueFrom = new ConcurrentHashMap<>();

  private final Map<Map<String, Integer>, ReadFrom<Instant>> overdueFrom =
      new ConcurrentHashMap<>();

  /** What is asked for. */
  private enum Question {
    OVERDUE,
    /** Not from the beginning of the index. */
    OVERDUE_LATELY,
    DUE,
    /** Not from the beginning of the index. */
    DUE_LATELY
  }

  /** The store of this database. */
  public LookStore(Database database) {
    this.database = database;
  }

  /**
   * What waits.
   *
   * @param limitedTypes the types with limits of which jobs wait
   * @param untilDue how long until the first job is due that the worker may claim without a
   *     pointer; zero if there may be one already, null if none waits
   */
  public record Waiting(LimitedTypes limitedTypes, @Nullable Duration untilDue) {}

  /**
   * Looks for jobs that no pointer brings to a worker: those whose pointers should have been
   * published some time ago, those that were set back, and those of types with limits.
   *
   * @param types the types that the worker knows, each up to a version; never changed
   * @param age how long ago their pointers should have been published, at least
   */
  public Waiting withoutPointers(Map<String, Integer> types, Duration age) {
    return run(Question.OVERDUE, Question.OVERDUE_LATELY, types, age, overdueFrom);
  }

  /**
   * Looks for all jobs that a worker may claim.
   *
   * @param types the types that the worker knows, each up to a version; never changed
   */
  public Waiting all(Map<String, Integer> types) {
    return run(Question.DUE, Question.DUE_LATELY, types, Duration.ZERO, dueFrom);
  }

  private Waiting run(
      Question ofAll,
      Question lately,
      Map<String, Integer> types,
      Duration age,
      Map<Map<String, Integer>, ReadFrom<Instant>> readFromByTypes) {
    KnownTypes known = new KnownTypes(database.tables(), types);
    AtomicReference<Waiting> waiting = new AtomicReference<>();
    long startNanos = System.nanoTime();
    readFromByTypes
        .computeIfAbsent(types, unused -> new ReadFrom<>())
        .read(
            from -> {
              Question question = from.isPresent() ? lately : ofAll;
              Map<String, @Nullable Object> values = new HashMap<>(known.parameters());
              values.put(OVERDUE_MILLIS, age.toMillis());
              values.put(READ_FROM, from.orElse(null));
              AtomicReference<Optional<Instant>> next = new AtomicReference<>(Optional.empty());
              statements
                  .computeIfAbsent(question, unused -> statement(question, known))
                  .run(
                      database.control(),
                      values,
                      row -> {
                        Instant now = row.getObject(1, OffsetDateTime.class).toInstant();
                        Optional<Instant> first = time(row, 2);
                        Instant oldest = time(row, 6).filter(now::isAfter).orElse(now);
                        next.set(ReadFrom.next(from, startNanos, oldest));
                        waiting.set(read(row, first.map(due -> Duration.between(now, due))));
                      });
              return next.get();
            });
    return Objects.requireNonNull(waiting.get());
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private HotStatement statement(Question question, KnownTypes known) {
    JobTables.Live j = database.tables().live;
    var limitedTypes = WaitingJobs.types("limited_types", j, LimitedClaimStore.isLimited(j));
    Field<String> limitedType = WaitingJobs.typeIn("limited_types");
    Table<?> limited = DSL.table(name("limited_types"));
    Table<?> first = LimitedClaimStore.firstOfType(j, limitedType);
    Field<Long> untilFirst = LimitedClaimStore.untilMillis(Fields.of(first, j.runAt));
    Table<?> types =
        switch (question) {
          case OVERDUE, DUE ->
              DSL.table(name("waiting_types"))
                  .join(known.table())
                  .on(known.type().eq(WaitingJobs.TYPE));
          // From type to type it would pass all that has ended
          case OVERDUE_LATELY, DUE_LATELY -> known.table();
        };
    Table<?> unlimited =
        switch (question) {
          case OVERDUE, OVERDUE_LATELY -> firstOverdue(types, known);
          case DUE, DUE_LATELY -> firstDue(types, known);
        };
    return HotStatement.of(
        DSL.withRecursive(WaitingJobs.types(j), limitedTypes)
            .select(
                currentInstant(),
                Fields.of(unlimited, FIRST),
                DSL.field(setBack(known)),
                DSL.field(
                    select(DSL.arrayAgg(limitedType))
                        .from(limited)
                        .crossJoin(lateral(first))
                        .where(untilFirst.le(0L))),
                DSL.field(
                    select(DSL.min(untilFirst))
                        .from(limited)
                        .crossJoin(lateral(first))
                        .where(untilFirst.gt(0L))),
                Fields.of(unlimited, OLDEST))
            .from(unlimited));
  }

  private static Waiting read(ResultSet row, Optional<Duration> untilFirst) throws SQLException {
    boolean hasSetBack = row.getInt(3) > 0;
    Array limited = row.getArray(4);
    Long untilLimited = row.getObject(5, Long.class);
    return new Waiting(
        new LimitedTypes(
            limited == null ? List.of() : List.of((String[]) limited.getArray()),
            untilLimited == null ? null : Duration.ofMillis(untilLimited)),
        hasSetBack
            ? Duration.ZERO
            : untilFirst.map(until -> until.isNegative() ? Duration.ZERO : until).orElse(null));
  }

  /** When the first job is due, by the first one of each of these types and each priority. */
  private Table<?> firstDue(Table<?> types, KnownTypes known) {
    JobTables.Live j = database.tables().live;
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    var first =
        select(j.runAt)
            .from(j)
            .where(
                isOfKind(j, known, priority)
                    .and(WaitingJobs.isWaiting(j))
                    .and(j.version.le(known.version())))
            .orderBy(j.runAt, j.id)
            .limit(1)
            .asTable("c");
    Field<Instant> time = DSL.min(Fields.of(first, j.runAt));
    return select(time.as(FIRST), time.as(OLDEST))
        .from(types)
        .crossJoin(priorities.table())
        .crossJoin(lateral(first))
        .asTable("unlimited");
  }

  /**
   * When the first one is overdue. No index tells which pointers were not published, so that only
   * the first jobs in turn of each of these types and each priority are looked at, as claims do.
   */
  private Table<?> firstOverdue(Table<?> types, KnownTypes known) {
    JobTables.Live j = database.tables().live;
    Field<Long> millis = DSL.param(OVERDUE_MILLIS, 0L);
    UnnestedRows<JobPriority> priorities = new UnnestedRows<>("p", List.of(JobPriority.values()));
    var priority = priorities.column("priority", Tables.PRIORITY, Function.identity());
    Condition isOfKind = isOfKind(j, known, priority);
    var head =
        select(j.runAt, j.publishAt, j.status, j.version)
            .from(j)
            .where(isOfKind.and(WaitingJobs.isWaiting(j)).and(j.runAt.le(currentInstant())))
            .orderBy(j.runAt, j.id)
            .limit(MAX_HEAD)
            .asTable("head");
    Condition isPending =
        Fields.of(head, j.status)
            .eq(inline(JobStatus.PENDING, Tables.STATUS))
            .and(Fields.of(head, j.version).le(known.version()));
    var due =
        select(
                DSL.min(Fields.of(head, j.publishAt)).filterWhere(isPending).as("publish_at"),
                DSL.min(Fields.of(head, j.runAt)).as(OLDEST))
            .from(head)
            .asTable("due");
    // Its pointer is published then, or a moment later
    var later =
        DSL.field(
            select(j.runAt)
                .from(j)
                .where(isOfKind.and(j.runAt.gt(currentInstant())))
                .orderBy(j.runAt, j.id)
                .limit(1));
    Field<Instant> first =
        DSL.least(DSL.field(name("due", "publish_at"), SQLDataType.INSTANT), later);
    return select(
            Intervals.after(DSL.min(first), millis).as(FIRST),
            DSL.min(Fields.of(due, OLDEST)).as(OLDEST))
        .from(types)
        .crossJoin(priorities.table())
        .crossJoin(lateral(due))
        .asTable("unlimited");
  }

  private static Condition isOfKind(
      JobTables.Live j, KnownTypes known, Field<JobPriority> priority) {
    return WaitingJobs.isInTurn(j)
        .and(j.type.eq(known.type()))
        .and(j.priority.eq(priority))
        .and(j.runAt.ge(Intervals.readFrom(READ_FROM)));
  }

  /** How many known types have jobs that were set back. */
  private Select<Record1<Integer>> setBack(KnownTypes known) {
    JobTables.Live j = database.tables().live;
    var ofOneType =
        select(j.version)
            .from(j)
            .where(
                j.setBackAt
                    .isNotNull()
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
