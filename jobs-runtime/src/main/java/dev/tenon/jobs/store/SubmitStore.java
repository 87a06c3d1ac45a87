package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.coalesce;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.greatest;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.InsertOnDuplicateStep;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.sql.Connection;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Records jobs. Thread-safe. */
public final class SubmitStore {

  /**
   * How long the submitter has to publish the pointer of a job that it has committed, before the
   * relay does; longer for the later ones of many.
   */
  private static final long MILLIS_TO_PUBLISH = 2_000;

  private static final long MAX_MILLIS_TO_PUBLISH = 10_000;

  /** A submitter publishes more jobs than that in a millisecond. */
  private static final int JOBS_PER_MILLISECOND = 1;

  private static final int MAX_ROWS_PER_STATEMENT = 1000;

  /**
   * PostgreSQL refuses statements of 1 GiB, and long before that they cost memory on both sides.
   */
  private static final long MAX_BYTES_PER_STATEMENT = 16L * 1024 * 1024;

  private final Database database;
  private final SharedInserts shared;

  /** The store of this database. */
  public SubmitStore(Database database) {
    this.database = database;
    this.shared = new SharedInserts(jobs -> insertRows(database.dsl(), jobs, 0));
  }

  /**
   * Records jobs in a transaction of their own, which a few jobs may share with those of other
   * threads.
   */
  public void insert(List<NewJob> jobs) {
    if (SharedInserts.accepts(jobs)) {
      shared.insert(jobs);
    } else if (endOfChunk(jobs, 0) == jobs.size()) {
      insertRows(database.dsl(), jobs, 0);
    } else {
      Database.inTransaction(
          database.dsl(),
          dsl -> {
            insertInChunks(dsl, jobs);
            return jobs.size();
          });
    }
  }

  /**
   * Records jobs in a transaction of the caller.
   *
   * @param transaction the caller's connection, with auto-commit off
   */
  public void insert(Connection transaction, List<NewJob> jobs) {
    insertInChunks(Database.context(transaction), jobs);
  }

  /**
   * Records jobs of a schedule in a transaction of the caller. A job that is there already, by its
   * id, is left as it is.
   *
   * @return the ids of the jobs that were recorded
   */
  static Set<UUID> insertScheduled(
      Database database, DSLContext dsl, String schedule, List<NewJob> jobs) {
    Set<UUID> recorded = new HashSet<>();
    for (int from = 0; from < jobs.size(); ) {
      int end = endOfChunk(jobs, from);
      Tables.Jobs j = database.tables().jobs;
      recorded.addAll(
          rows(database, dsl, jobs.subList(from, end), from, DSL.val(schedule))
              .onConflict(j.id)
              .doNothing()
              .returning(j.id)
              .fetchSet(j.id));
      from = end;
    }
    return recorded;
  }

  private void insertInChunks(DSLContext dsl, List<NewJob> jobs) {
    for (int from = 0; from < jobs.size(); ) {
      int end = endOfChunk(jobs, from);
      insertRows(dsl, jobs.subList(from, end), from);
      from = end;
    }
  }

  /** Where the statement ends that begins with a job: it has that one in any case. */
  private static int endOfChunk(List<NewJob> jobs, int from) {
    long bytes = 0;
    int end = from;
    while (end < jobs.size() && end - from < MAX_ROWS_PER_STATEMENT) {
      bytes += StoredText.utf8Length(jobs.get(end).payload());
      if (end > from && bytes > MAX_BYTES_PER_STATEMENT) {
        break;
      }
      end++;
    }
    return end;
  }

  private void insertRows(DSLContext dsl, List<NewJob> jobs, int firstPosition) {
    rows(database, dsl, jobs, firstPosition, DSL.inline((String) null, SQLDataType.CLOB)).execute();
  }

  private static InsertOnDuplicateStep<Record> rows(
      Database database,
      DSLContext dsl,
      List<NewJob> jobs,
      int firstPosition,
      Field<String> schedule) {
    Tables.Jobs j = database.tables().jobs;
    UnnestedRows<NewJob> n = new UnnestedRows<>("n", jobs);
    Field<Instant> now = currentInstant();
    var id = n.column("id", SQLDataType.UUID, NewJob::id);
    var type = n.columnOrValue("type", SQLDataType.CLOB, NewJob::type);
    var version = n.columnOrValue("version", SQLDataType.INTEGER, NewJob::version);
    var routingKey = n.columnOrValue("routing_key", SQLDataType.CLOB, NewJob::routingKey);
    var priority = n.columnOrValue("priority", Tables.PRIORITY, NewJob::priority);
    var payload = n.column("payload", SQLDataType.CLOB, NewJob::payload);
    var payloadBytes =
        n.column("payload_bytes", SQLDataType.INTEGER, job -> StoredText.utf8Length(job.payload()));
    var itemId = n.columnOrValue("item_id", SQLDataType.CLOB, NewJob::itemId);
    var submittedBy = n.columnOrValue("submitted_by", SQLDataType.CLOB, NewJob::submittedBy);
    var maxAttempts = n.columnOrValue("max_attempts", SQLDataType.INTEGER, NewJob::maxAttempts);
    var retention =
        n.columnOrValue(
            "retention_seconds", SQLDataType.BIGINT, job -> job.retention().toSeconds());
    var delay =
        n.columnOrValue(
            "delay_millis",
            SQLDataType.BIGINT,
            job -> job.delay() == null ? null : job.delay().toMillis());
    var runAt = n.columnOrValue("run_at", SQLDataType.INSTANT, NewJob::runAt);
    var externalPolicy =
        n.columnOrValue("external_policy", SQLDataType.CLOB, NewJob::externalPolicy);
    var failedRetention =
        n.columnOrValue(
            "failed_retention_seconds",
            SQLDataType.BIGINT,
            job ->
                job.failedRetention().equals(job.retention())
                    ? null
                    : job.failedRetention().toSeconds());
    var limitKey = n.columnOrValue("limit_key", SQLDataType.CLOB, NewJob::limitKey);
    Field<Instant> due = greatest(now, coalesce(runAt, Intervals.after(now, delay), now));
    Field<Instant> publishAt =
        DSL.when(
                delay.isNull().and(runAt.isNull()),
                Intervals.after(now, DSL.val(millisToPublish(firstPosition + jobs.size()))))
            .otherwise(due);
    return dsl.insertInto(
            j,
            j.id,
            j.type,
            j.version,
            j.routingKey,
            j.priority,
            j.payload,
            j.payloadBytes,
            j.itemId,
            j.submittedBy,
            j.maxAttempts,
            j.retentionSeconds,
            j.runAt,
            j.publishAt,
            j.externalPolicy,
            j.failedRetentionSeconds,
            j.limitKey,
            j.schedule)
        .select(
            select(
                    id,
                    type,
                    version,
                    routingKey,
                    priority,
                    payload.cast(JSON.class),
                    payloadBytes,
                    itemId,
                    submittedBy,
                    maxAttempts,
                    retention,
                    due,
                    publishAt,
                    externalPolicy.cast(JSON.class),
                    failedRetention,
                    limitKey,
                    schedule)
                .from(n.table()));
  }

  private static long millisToPublish(int position) {
    return Math.min(MILLIS_TO_PUBLISH + position / JOBS_PER_MILLISECOND, MAX_MILLIS_TO_PUBLISH);
  }
}
