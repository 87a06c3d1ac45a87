package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.exists;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.selectOne;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Tells whether the leader has something to do that is due. Thread-safe. */
public final class DueStore {

  private static final String READ_FROM = "read_from";

  private final Database database;
  private final ReadFrom<Instant> pointersFrom = new ReadFrom<>();
  private final HotStatement statement;

  /** The store of this database. */
  public DueStore(Database database) {
    this.database = database;
    Tables.Jobs j = database.tables().jobs;
    Tables.Schedules s = database.tables().schedules;
    // The first one in the index, due or not: with the time in the condition, the planner may read
    // the table where it expects many
    Field<Instant> next =
        DSL.field(
            select(j.publishAt)
                .from(j)
                .where(
                    j.status
                        .eq(inline(JobStatus.PENDING, Tables.STATUS))
                        .and(j.limitKey.isNull())
                        .and(j.publishAt.ge(Intervals.readFrom(READ_FROM))))
                .orderBy(j.publishAt)
                .limit(1));
    this.statement =
        HotStatement.of(
            select(
                currentInstant(),
                next,
                DSL.field(exists(selectOne().from(s).where(ScheduledRunStore.isDue(s, j)))),
                DSL.field(exists(selectOne().from(database.tables().passedOver)))));
  }

  /**
   * What is due.
   *
   * @param hasPointers whether there are jobs whose pointers should be published
   * @param pointersFrom they should have been published at that time or later; empty if there may
   *     be others
   * @param hasSchedules whether there are schedules with something to do
   * @param hasPassedOver whether claims have passed over jobs that somebody had locked
   */
  public record Due(
      boolean hasPointers,
      Optional<Instant> pointersFrom,
      boolean hasSchedules,
      boolean hasPassedOver) {}

  /** Looks at what is due. */
  public Due due() {
    AtomicReference<Due> due = new AtomicReference<>();
    long startNanos = System.nanoTime();
    pointersFrom.read(
        from -> {
          AtomicReference<Optional<Instant>> next = new AtomicReference<>(Optional.empty());
          statement.run(
              database.control(),
              Collections.singletonMap(READ_FROM, from.orElse(null)),
              row -> {
                Instant now = row.getObject(1, OffsetDateTime.class).toInstant();
                Optional<Instant> first =
                    Optional.ofNullable(row.getObject(2, OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant)
                        .filter(time -> !time.isAfter(now));
                next.set(ReadFrom.next(from, startNanos, first.orElse(now)));
                due.set(
                    new Due(first.isPresent(), next.get(), row.getBoolean(3), row.getBoolean(4)));
              });
          return next.get();
        });
    return Objects.requireNonNull(due.get());
  }
}
