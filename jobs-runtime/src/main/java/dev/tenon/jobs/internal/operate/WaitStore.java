package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the data that explains why jobs wait. Thread-safe. */
public final class WaitStore {

  private final Database database;
  private final LinePages lines;

  /** The store of this database. */
  public WaitStore(Database database) {
    this.database = database;
    this.lines = new LinePages(database);
  }

  /**
   * The properties of a job that matter for why it waits.
   *
   * @param type its type
   * @param version the version of the type that it was submitted with
   * @param status its status
   * @param runAt the time when it is due
   * @param publishAt the time when its pointer is to be published, while it is pending
   * @param isParked true if a worker has parked it
   * @param limitKey its limit key; null if it has none
   * @param isOrdered true if it has the key of a line
   * @param hasFailed true if its last attempt has failed
   * @param waitsForOthers true if it is not due until something sets a time
   * @param now the time when it was read, by the database's clock
   */
  public record WaitingJob(
      String type,
      int version,
      JobStatus status,
      Instant runAt,
      Instant publishAt,
      boolean isParked,
      @Nullable String limitKey,
      boolean isOrdered,
      boolean hasFailed,
      boolean waitsForOthers,
      Instant now) {}

  /** The job with this id. */
  public Optional<WaitingJob> find(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .dsl()
        .select(
            j.type,
            j.version,
            j.status,
            j.runAt,
            j.publishAt,
            DSL.field(j.parkedAt.isNotNull()),
            j.limitKey,
            DSL.field(j.orderKey.isNotNull()),
            DSL.field(j.errorReason.isNotNull()),
            DSL.field(j.runAt.eq(Intervals.never())),
            currentInstant())
        .from(j)
        .where(j.id.eq(jobId))
        .fetchOptional(Records.mapping(WaitingJob::new));
  }

  /** The place of a job in its line; empty if it is in none. */
  public Optional<LinePages.FoundPlace> placeInLine(UUID jobId) {
    return lines.place(jobId);
  }

  /**
   * The running jobs of a limited type.
   *
   * @param names the names of the type
   * @param key the key of the jobs; null for all keys
   * @param max the largest number of jobs
   */
  public List<UUID> running(Collection<String> names, @Nullable String key, int max) {
    JobTables.LimitedRuns r = database.tables().limitedRuns;
    return database
        .planned()
        .select(r.jobId)
        .from(r)
        .where(r.type.in(names).and(key == null ? DSL.noCondition() : r.limitKey.eq(key)))
        .orderBy(r.type, r.limitKey, r.jobId)
        .limit(max)
        .fetch(r.jobId);
  }

  /**
   * A rate without room.
   *
   * @param amount how many jobs may start in its window
   * @param seconds the length of the window
   * @param opensAt the time when there is room for the next job
   */
  public record ReachedRate(long amount, int seconds, Instant opensAt) {}

  /**
   * The rate that keeps jobs of a type waiting for the longest time; empty if there is room for
   * one.
   *
   * @param type the name of the type
   * @param key the key that the rates are of; null if they are of all jobs together
   * @param rates the rates, as they are stored
   */
  public Optional<ReachedRate> reachedRate(String type, @Nullable String key, String rates) {
    Field<Long> amount = DSL.field(DSL.name("amount"), SQLDataType.BIGINT);
    Field<Integer> seconds = DSL.field(DSL.name("seconds"), SQLDataType.INTEGER);
    Field<Instant> opensAt = DSL.field(DSL.name("opens_at"), SQLDataType.INSTANT);
    return database
        .dsl()
        .select(amount, seconds, opensAt)
        .from(
            "{0}({1}, {2}, {3}, {4}, 1)",
            DSL.name(
                database.tables().limitedStarts.getSchema().getQualifiedName(),
                DSL.name("rate_openings")),
            DSL.val(type),
            DSL.val(key != null),
            DSL.val(Objects.requireNonNullElse(key, "")),
            DSL.val(rates))
        .where(opensAt.isNotNull())
        .orderBy(opensAt.desc())
        .limit(1)
        .fetchOptional(Records.mapping(ReachedRate::new));
  }
}
