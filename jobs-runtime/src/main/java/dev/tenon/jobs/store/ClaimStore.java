package dev.tenon.jobs.store;

import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Records;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Claims jobs for a worker: many with one statement. Thread-safe. */
public final class ClaimStore {

  /** A claim beats the worker's heart too, if the last beat is that old. */
  private static final long REFRESH_HEARTBEAT_AFTER_MILLIS = 2000;

  private final Database database;

  /** The store of this database. */
  public ClaimStore(Database database) {
    this.database = database;
  }

  /**
   * Claims those of the jobs that are due and wait. What does not come back has ended, runs
   * elsewhere, is not due, or is of a type that was not asked for. What comes back may have a newer
   * version than the worker knows; it is then to be given back.
   */
  public List<ClaimedJob> claim(
      String workerId, Collection<UUID> jobIds, Collection<String> types) {
    Tables.Jobs j = database.tables().jobs;
    return claim(
        workerId,
        // Rows are locked in the order of their ids, so that such statements cannot deadlock. It
        // waits
        // for locks: a job that is passed over here would never be claimed by its pointer.
        select(j.id)
            .from(j)
            .where(
                j.id
                    .eq(DSL.any(jobIds.toArray(UUID[]::new)))
                    .and(j.status.in(StatusChange.CLAIM.from()))
                    .and(dueAndOfType(j, types)))
            .orderBy(j.id)
            .forUpdate());
  }

  /**
   * Claims jobs from the table, without pointers: the most urgent first, and of those the ones that
   * have been due the longest. Jobs that another worker claims at the same moment are passed over.
   *
   * @param types the types that may be claimed, each up to a version
   */
  public List<ClaimedJob> claimDue(String workerId, Map<String, Integer> types, int limit) {
    Tables.Jobs j = database.tables().jobs;
    return claim(
        workerId,
        select(j.id)
            .from(j)
            .where(j.status.in(StatusChange.CLAIM.from()).and(dueAndKnown(j, types)))
            .orderBy(j.priority.desc(), j.runAt, j.id)
            .limit(limit)
            .forUpdate()
            .skipLocked());
  }

  /**
   * Claims jobs whose pointers should have been published some time ago, and were not: by the
   * relay, since nobody leads, or since the broker takes no messages though its connections are up.
   *
   * @param types the types that may be claimed, each up to a version
   * @param age how long ago at least
   */
  public List<ClaimedJob> claimOverdue(
      String workerId, Map<String, Integer> types, Duration age, int limit) {
    Tables.Jobs j = database.tables().jobs;
    return claim(
        workerId,
        select(j.id)
            .from(j)
            .where(
                j.status
                    .eq(JobStatus.PENDING)
                    .and(j.publishAt.le(Intervals.beforeNow(age.toMillis())))
                    .and(dueAndKnown(j, types)))
            .orderBy(j.publishAt)
            .limit(limit)
            .forUpdate()
            .skipLocked());
  }

  private static Condition dueAndOfType(Tables.Jobs j, Collection<String> types) {
    return j.runAt.le(currentInstant()).and(j.type.eq(DSL.any(types.toArray(String[]::new))));
  }

  /** A worker that asks the table leaves newer jobs to newer workers, and never touches them. */
  private static Condition dueAndKnown(Tables.Jobs j, Map<String, Integer> types) {
    List<String> names = new ArrayList<>(types.keySet());
    Field<String[]> nameArray = DSL.val(names.toArray(String[]::new));
    Field<Integer[]> versionArray = DSL.val(names.stream().map(types::get).toArray(Integer[]::new));
    Field<Integer> known =
        DSL.field(
            "({0})[array_position({1}, {2})]", Integer.class, versionArray, nameArray, j.type);
    return dueAndOfType(j, names).and(j.version.le(known));
  }

  private List<ClaimedJob> claim(String workerId, Select<? extends org.jooq.Record1<UUID>> ids) {
    Tables.Jobs j = database.tables().jobs;
    Tables.Workers w = database.tables().workers;
    DSLContext dsl = database.control();
    // A worker whose heart stood still may claim again before its next beat. Its lease on life is
    // renewed in the same statement, or its new jobs would be taken for those of a dead worker.
    var alive =
        name("alive")
            .as(
                dsl.update(w)
                    .set(w.heartbeatAt, currentInstant())
                    .where(
                        w.id
                            .eq(workerId)
                            .and(
                                w.heartbeatAt.lt(
                                    Intervals.beforeNow(REFRESH_HEARTBEAT_AFTER_MILLIS))))
                    .returning(w.id));
    var picked = name("picked").fields("id").as(ids);
    var claimed =
        name("claimed")
            .as(
                dsl.update(j)
                    .set(j.status, JobStatus.RUNNING)
                    .set(j.lease, j.lease.plus(1))
                    .set(j.attempts, j.attempts.plus(1))
                    .set(j.workerId, workerId)
                    .set(j.startedAt, currentInstant())
                    .setNull(j.finishedAt)
                    .set(j.progress, (short) 0)
                    .setNull(j.progressMessage)
                    .from(picked)
                    .where(j.id.eq(picked.field("id", UUID.class)))
                    .returning(
                        j.id,
                        j.type,
                        j.version,
                        j.lease,
                        j.attempts,
                        j.maxAttempts,
                        j.payload,
                        j.itemId,
                        j.submittedBy,
                        j.priority,
                        j.runAt));
    var id = Fields.of(claimed, j.id);
    return dsl.with(alive)
        .with(picked)
        .with(claimed)
        .select(
            id,
            Fields.of(claimed, j.type),
            Fields.of(claimed, j.version),
            Fields.of(claimed, j.lease),
            Fields.of(claimed, j.attempts),
            Fields.of(claimed, j.maxAttempts),
            Fields.of(claimed, j.payload).cast(SQLDataType.CLOB),
            Fields.of(claimed, j.itemId),
            Fields.of(claimed, j.submittedBy))
        .from(claimed)
        .orderBy(Fields.of(claimed, j.priority).desc(), Fields.of(claimed, j.runAt), id)
        .fetch(
            Records.mapping(
                (jobId, type, version, lease, attempt, maxAttempts, payload, itemId, submittedBy) ->
                    new ClaimedJob(
                        new Lease(jobId, lease, workerId),
                        type,
                        version,
                        attempt,
                        maxAttempts,
                        payload,
                        itemId,
                        submittedBy)));
  }
}
