package dev.tenon.jobs.internal.leader;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records when the maintenance tasks were last done, and counts the schedules that cannot run, for
 * every process to read. Thread-safe.
 */
public final class TaskStore {

  private final Database database;

  /** The store of this database. */
  public TaskStore(Database database) {
    this.database = database;
  }

  /**
   * A maintenance task.
   *
   * @param name its name
   * @param interval the time between two runs
   * @param age the time since it was last done, by the database's clock
   * @param lastError the failure of the last run; null if it succeeded
   */
  public record Run(String name, Duration interval, Duration age, @Nullable String lastError) {}

  /**
   * A run of a task that has not failed.
   *
   * @param name the name of the task
   * @param interval the time between two runs
   * @param age the time since it was done
   * @param succeeded whether anything was done; if not, an earlier failure still counts
   */
  public record Done(String name, Duration interval, Duration age, boolean succeeded) {}

  /** Records that tasks were done, or had nothing to do, unless a later run is recorded. */
  public void done(Collection<Done> runs) {
    Tables.Tasks t = database.tables().tasks;
    UnnestedRows<Done> r = new UnnestedRows<>("r", List.copyOf(runs));
    Field<String> name = r.column("name", SQLDataType.CLOB, Done::name);
    Field<Long> interval =
        r.column("interval_millis", SQLDataType.BIGINT, run -> run.interval().toMillis());
    Field<Long> age = r.column("age_millis", SQLDataType.BIGINT, run -> run.age().toMillis());
    String[] succeeded =
        runs.stream().filter(Done::succeeded).map(Done::name).toArray(String[]::new);
    database
        .control()
        .insertInto(t, t.name, t.intervalMillis, t.lastRunAt, t.lastError)
        // In the order of their names, so that every process locks them in the same order
        .select(
            DSL.select(
                    name,
                    interval,
                    Intervals.after(currentInstant(), age.neg()),
                    DSL.val(null, t.lastError))
                .from(r.table())
                .orderBy(name))
        .onConflict(t.name)
        .doUpdate()
        .set(t.intervalMillis, DSL.excluded(t.intervalMillis))
        .set(t.lastRunAt, DSL.excluded(t.lastRunAt))
        .set(
            t.lastError,
            DSL.when(t.name.eq(DSL.any(succeeded)), DSL.val(null, t.lastError))
                .otherwise(t.lastError))
        // Notes are written together some time after the runs, and a failure immediately
        .where(DSL.excluded(t.lastRunAt).ge(t.lastRunAt))
        .execute();
  }

  /** Records that a task has just failed. */
  public void failed(String name, Duration interval, String error) {
    Tables.Tasks t = database.tables().tasks;
    database
        .control()
        .insertInto(t, t.name, t.intervalMillis, t.lastRunAt, t.lastError)
        .select(
            DSL.select(
                DSL.val(name),
                DSL.val(interval.toMillis()),
                currentInstant(),
                DSL.val(error, t.lastError)))
        .onConflict(t.name)
        .doUpdate()
        .set(t.intervalMillis, interval.toMillis())
        .set(t.lastRunAt, currentInstant())
        .set(t.lastError, error)
        .execute();
  }

  /** Returns the tasks, by name. */
  public List<Run> list() {
    Tables.Tasks t = database.tables().tasks;
    return database
        .control()
        .select(t.name, t.intervalMillis, t.lastRunAt, currentInstant(), t.lastError)
        .from(t)
        .orderBy(t.name)
        .fetch(Records.mapping(TaskStore::run));
  }

  /** Returns the number of schedules that cannot submit their jobs, without paused ones. */
  public int failingSchedules() {
    Tables.Schedules s = database.tables().schedules;
    return database.control().fetchCount(s, s.error.isNotNull().and(s.pausedAt.isNull()));
  }

  private static Run run(
      String name, Long intervalMillis, Instant lastRunAt, Instant now, @Nullable String error) {
    return new Run(
        name, Duration.ofMillis(intervalMillis), Duration.between(lastRunAt, now), error);
  }
}
