package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectCount;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.LineTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.operate.JobLines;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the lines of jobs, for people. Thread-safe. */
public final class LinePages {

  /** The maximum count of jobs that wait, and of lines; more would be read as a whole. */
  private static final int MAX_COUNT = 1_000;

  private final Database database;

  /** The reader of this database. */
  public LinePages(Database database) {
    this.database = database;
  }

  private record BlockedLine(
      String type,
      String key,
      UUID jobId,
      JobStatus status,
      Optional<Instant> dueAt,
      Optional<String> lastError,
      int waiting)
      implements JobLines.Blocked {}

  private record PlaceInLine(
      String key,
      boolean isNext,
      boolean isPassable,
      int before,
      Optional<UUID> first,
      Instant dueAt)
      implements JobLines.Place {}

  /**
   * The lines of a type whose first job is not due, lets nobody pass, and has others behind it.
   * Those whose first job is due last come first.
   */
  public List<JobLines.Blocked> blocked(String type, int max) {
    LineTables.Lines l = database.tables().lines;
    Table<?> behind = l.as("behind");
    JobTables.Live j = database.tables().live;
    // A bound on the work: many jobs may wait for a time, each alone in its line
    Table<?> holding =
        DSL.select(l.type, l.orderKey, l.number, l.jobId, l.dueAt)
            .from(l)
            .where(
                l.type
                    .eq(type)
                    .and(l.isOpen)
                    .and(DSL.not(l.letsPass))
                    .and(l.dueAt.gt(currentInstant())))
            .orderBy(l.dueAt.desc())
            .limit(MAX_COUNT)
            .asTable("holding");
    Field<Instant> dueAt = SubqueryFields.of(holding, l.dueAt);
    Condition isBehind =
        SubqueryFields.of(behind, l.type)
            .eq(SubqueryFields.of(holding, l.type))
            .and(SubqueryFields.of(behind, l.orderKey).eq(SubqueryFields.of(holding, l.orderKey)))
            .and(SubqueryFields.of(behind, l.number).gt(SubqueryFields.of(holding, l.number)));
    Field<Integer> waiting =
        DSL.field(
            selectCount()
                .from(selectOne().from(behind).where(isBehind).limit(MAX_COUNT).asTable("some")));
    // By its id, whatever the statistics say
    Table<?> one =
        DSL.select(j.id, j.status, j.errorMessage)
            .from(j)
            .where(j.id.eq(SubqueryFields.of(holding, l.jobId)))
            .limit(1)
            .asTable("one");
    return database
        .planned()
        .select(
            SubqueryFields.of(holding, l.type),
            SubqueryFields.of(holding, l.orderKey),
            SubqueryFields.of(one, j.id),
            SubqueryFields.of(one, j.status),
            DSL.when(dueAt.lt(Intervals.never()), dueAt),
            SubqueryFields.of(one, j.errorMessage),
            waiting)
        .from(holding, DSL.lateral(one))
        .where(
            SubqueryFields.of(one, j.status)
                .eq(inline(JobStatus.PENDING, j.status))
                .and(DSL.field(selectOne().from(behind).where(isBehind).limit(1)).isNotNull()))
        .orderBy(dueAt.desc())
        .limit(max)
        .<JobLines.Blocked>fetch(
            row ->
                new BlockedLine(
                    row.value1(),
                    row.value2(),
                    row.value3(),
                    row.value4(),
                    Optional.ofNullable(row.value5()),
                    Optional.ofNullable(row.value6()),
                    row.value7()));
  }

  private static Field<String> name(Field<String> type, Field<String> orderKey) {
    return DSL.field("{0} || ' ' || {1}", SQLDataType.CLOB, type, orderKey);
  }

  private static Condition isInLine(LineTables.Lines line, Table<?> other) {
    return SubqueryFields.of(other, line.type)
        .eq(line.type)
        .and(SubqueryFields.of(other, line.orderKey).eq(line.orderKey));
  }

  /**
   * The place of a job in its line.
   *
   * @param firstDueAt the time when the job that may start next is due; null if it runs or has no
   *     time
   */
  public record FoundPlace(JobLines.Place place, @Nullable Instant firstDueAt) {}

  /** The place of a job in its line; empty if it is in none. */
  public Optional<FoundPlace> place(UUID jobId) {
    LineTables.Lines l = database.tables().lines;
    Table<?> other = l.as("other");
    JobTables.Live j = database.tables().live;
    Condition isInLine = isInLine(l, other);
    Field<Integer> before =
        DSL.field(
            selectCount()
                .from(
                    selectOne()
                        .from(other)
                        .where(isInLine.and(SubqueryFields.of(other, l.number).lt(l.number)))
                        .limit(MAX_COUNT)
                        .asTable("some")));
    Condition isFirst =
        j.id.eq(
            DSL.field(
                select(SubqueryFields.of(other, l.jobId))
                    .from(other)
                    .where(
                        // As in the index of open jobs
                        name(SubqueryFields.of(other, l.type), SubqueryFields.of(other, l.orderKey))
                            .eq(name(l.type, l.orderKey))
                            .and(SubqueryFields.of(other, l.isOpen)))));
    return database
        .dsl()
        .select(
            l.orderKey,
            l.isOpen,
            l.letsPass,
            before,
            j.id,
            l.dueAt,
            DSL.when(j.runAt.lt(Intervals.never()).and(j.runAt.gt(currentInstant())), j.runAt))
        .from(l)
        .leftJoin(j)
        .on(isFirst)
        .where(l.jobId.eq(jobId))
        .fetchOptional(
            row ->
                new FoundPlace(
                    new PlaceInLine(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        Optional.ofNullable(row.value5()),
                        row.value6()),
                    row.value7()));
  }
}
