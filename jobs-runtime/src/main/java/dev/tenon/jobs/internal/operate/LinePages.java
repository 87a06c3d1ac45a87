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
import dev.tenon.jobs.operate.JobLines;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the lines of jobs, for people. Thread-safe. */
public final class LinePages {

  /** The maximum count of jobs that wait; counting more would read the whole line. */
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

  /** The lines of a type whose first job is not due and lets nobody pass, longest blocked first. */
  public List<JobLines.Blocked> blocked(String type, int max) {
    LineTables.Lines l = database.tables().lines;
    Table<?> behind = l.as("behind");
    JobTables.Live j = database.tables().live;
    Field<Integer> waiting =
        DSL.field(
            selectCount()
                .from(
                    selectOne()
                        .from(behind)
                        .where(
                            isInLine(l, behind)
                                .and(SubqueryFields.of(behind, l.number).gt(l.number)))
                        .limit(MAX_COUNT)
                        .asTable("some")));
    return database
        .planned()
        .select(
            l.type,
            l.orderKey,
            j.id,
            j.status,
            DSL.when(j.runAt.lt(Intervals.never()), j.runAt),
            j.errorMessage,
            waiting)
        .from(l)
        .join(j)
        .on(j.id.eq(l.jobId))
        .where(
            l.type
                .eq(type)
                .and(l.isOpen)
                .and(l.letsPass.isFalse())
                .and(j.status.eq(inline(JobStatus.PENDING, j.status)))
                .and(j.runAt.gt(currentInstant())))
        .orderBy(l.number)
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
                    .where(isInLine.and(SubqueryFields.of(other, l.isOpen)))));
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
