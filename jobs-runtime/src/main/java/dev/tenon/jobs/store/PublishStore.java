package dev.tenon.jobs.store;

import dev.tenon.jobs.JobPointer;
import dev.tenon.jobs.JobStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Records;
import org.jooq.impl.DSL;

/** What is to be published, and what was. Thread-safe. */
public final class PublishStore {

  private final Database database;

  /** The store of this database. */
  public PublishStore(Database database) {
    this.database = database;
  }

  /** The pointers that nobody has published though it is time to, the oldest first. */
  public List<JobPointer> due(int limit) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id, j.type, j.routingKey, j.priority)
        .from(j)
        .where(j.status.eq(JobStatus.PENDING).and(j.publishAt.le(DSL.currentInstant())))
        .orderBy(j.publishAt)
        .limit(limit)
        .fetch(Records.mapping(JobPointer::new));
  }

  /** Those of the jobs that are committed and wait to be published. */
  public List<JobPointer> pendingAmong(Collection<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    return database
        .control()
        .select(j.id, j.type, j.routingKey, j.priority)
        .from(j)
        .where(j.id.eq(DSL.any(jobIds.toArray(UUID[]::new))).and(j.status.eq(JobStatus.PENDING)))
        .fetch(Records.mapping(JobPointer::new));
  }

  /** Notes that the broker has confirmed the pointers of these jobs. */
  public void markQueued(Collection<UUID> jobIds) {
    Tables.Jobs j = database.tables().jobs;
    DSLContext dsl = database.control();
    dsl.update(j)
        .set(j.status, JobStatus.QUEUED)
        .set(j.publishAt, DSL.currentInstant())
        .where(j.id.in(Locking.inOrder(dsl, j, jobIds, StatusChange.PUBLISH)))
        .execute();
  }

  /** Notes that the pointers of these jobs are not to be tried again for a while. */
  public void postpone(Collection<UUID> jobIds, Duration delay) {
    Tables.Jobs j = database.tables().jobs;
    DSLContext dsl = database.control();
    dsl.update(j)
        .set(j.publishAt, Intervals.after(DSL.currentInstant(), DSL.val(delay.toMillis())))
        .where(j.id.in(Locking.inOrder(dsl, j, jobIds, StatusChange.PUBLISH)))
        .execute();
  }
}
