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
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Tells whether the leader has something to do that is due. Thread-safe. */
public final class DueStore {

  private final Database database;
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
                    j.status.eq(inline(JobStatus.PENDING, Tables.STATUS)).and(j.limitKey.isNull()))
                .orderBy(j.publishAt)
                .limit(1));
    this.statement =
        HotStatement.of(
            select(
                DSL.coalesce(DSL.field(next.le(currentInstant())), inline(false)),
                DSL.field(exists(selectOne().from(s).where(ScheduledRunStore.isDue(s, j))))));
  }

  /**
   * What is due.
   *
   * @param hasPointers whether there are jobs whose pointers should be published
   * @param hasSchedules whether there are schedules with something to do
   */
  public record Due(boolean hasPointers, boolean hasSchedules) {}

  /** Looks at what is due. */
  public Due due() {
    AtomicReference<Due> due = new AtomicReference<>();
    statement.run(
        database.control(),
        Map.of(),
        row -> due.set(new Due(row.getBoolean(1), row.getBoolean(2))));
    return Objects.requireNonNull(due.get());
  }
}
