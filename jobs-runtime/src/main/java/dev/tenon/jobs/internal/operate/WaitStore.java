package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.internal.flow.CountedStart;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Intervals;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
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
   * @param cost what it counts for rates of costs; null if its type had none
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
      @Nullable Long cost,
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
            j.cost,
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
   * The starts that count for the rates of a type, or of one of its keys; the last of them first.
   *
   * @param type the name of the type
   * @param key the key that the rates are of; null if they are of all jobs together
   */
  public List<CountedStart> countedStarts(String type, @Nullable String key) {
    Tables.LimitedStarts s = database.tables().limitedStarts;
    return database
        .dsl()
        .select(s.ofCosts, s.seconds, s.lastAt, s.units)
        .from(s)
        .where(
            s.type
                .eq(type)
                .and(s.ofKey.eq(key != null))
                .and(s.limitKey.eq(Objects.requireNonNullElse(key, "")))
                .and(s.expiresAt.gt(currentInstant())))
        .orderBy(s.lastAt.desc())
        .fetch(Records.mapping(CountedStart::new));
  }
}
