package dev.tenon.jobs.store;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobLogEntry;
import dev.tenon.jobs.JobPage;
import dev.tenon.jobs.JobQuery;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.JSON;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Reads jobs, attempts and logs. Thread-safe. */
public final class ReadStore {

  private final Database database;

  /** The store of this database. */
  public ReadStore(Database database) {
    this.database = database;
  }

  /** The job with this id. */
  public Optional<Job> find(UUID jobId) {
    Tables.Jobs j = database.tables().jobs;
    return database.dsl().selectFrom(j).where(j.id.eq(jobId)).fetchOptional(this::toJob);
  }

  /** A page of jobs, the newest first. */
  public JobPage list(JobQuery query) {
    Tables.Jobs j = database.tables().jobs;
    Condition condition =
        DSL.and(
            query.status().map(j.status::eq).orElseGet(DSL::noCondition),
            query.type().map(j.type::eq).orElseGet(DSL::noCondition),
            query.itemId().map(j.itemId::eq).orElseGet(DSL::noCondition),
            query.submittedBy().map(j.submittedBy::eq).orElseGet(DSL::noCondition),
            query.after().map(j.id::lt).orElseGet(DSL::noCondition));
    // One more than asked for tells whether there is a next page
    List<Job> jobs =
        database
            .dsl()
            .selectFrom(j)
            .where(condition)
            .orderBy(j.id.desc())
            .limit(query.limit() + 1)
            .fetch(this::toJob);
    if (jobs.size() <= query.limit()) {
      return new JobPage(jobs, null);
    }
    List<Job> page = jobs.subList(0, query.limit());
    return new JobPage(page, page.get(page.size() - 1).id());
  }

  /** The attempts at a job that are over, the first one first. */
  public List<JobAttempt> attempts(UUID jobId) {
    Tables.Attempts a = database.tables().attempts;
    return database
        .dsl()
        .selectFrom(a)
        .where(a.jobId.eq(jobId))
        .orderBy(a.lease)
        .fetch(
            row ->
                new JobAttempt(
                    row.get(a.jobId),
                    row.get(a.attempt),
                    row.get(a.lease),
                    row.get(a.workerId),
                    row.get(a.startedAt),
                    row.get(a.finishedAt),
                    row.get(a.outcome),
                    StoredErrors.error(
                        row.get(a.errorReason), row.get(a.errorClass), row.get(a.errorMessage)),
                    row.get(a.stack),
                    row.get(a.fingerprint)));
  }

  /** The log of a job, in the order in which it was written. */
  public List<JobLogEntry> logs(UUID jobId) {
    Tables.Logs l = database.tables().logs;
    return database
        .dsl()
        .selectFrom(l)
        .where(l.jobId.eq(jobId))
        .orderBy(l.id)
        .fetch(
            row ->
                new JobLogEntry(
                    row.get(l.jobId),
                    row.get(l.attempt),
                    row.get(l.level),
                    row.get(l.message),
                    text(row.get(l.data)),
                    row.get(l.loggedAt)));
  }

  private Job toJob(Record row) {
    Tables.Jobs j = database.tables().jobs;
    return new Job(
        row.get(j.id),
        row.get(j.type),
        row.get(j.version),
        row.get(j.status),
        row.get(j.priority),
        row.get(j.payload).data(),
        text(row.get(j.result)),
        row.get(j.resultVersion),
        row.get(j.itemId),
        row.get(j.submittedBy),
        row.get(j.submittedAt),
        row.get(j.runAt),
        row.get(j.attempts),
        row.get(j.maxAttempts),
        row.get(j.crashes),
        row.get(j.progress),
        row.get(j.progressMessage),
        StoredErrors.error(row.get(j.errorReason), row.get(j.errorClass), row.get(j.errorMessage)),
        row.get(j.workerId),
        row.get(j.startedAt),
        row.get(j.finishedAt),
        row.get(j.cancelRequestedAt));
  }

  private static @Nullable String text(@Nullable JSON json) {
    return json == null ? null : json.data();
  }
}
