package dev.tenon.jobs.store;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.select;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.Configuration;
import org.jooq.Field;
import org.jooq.JSON;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** Records jobs. Thread-safe. */
public final class SubmitStore {

  /**
   * How long the submitter has to publish the pointer of a job that it has committed, before the
   * relay does.
   */
  static final Duration SUBMITTERS_TIME_TO_PUBLISH = Duration.ofSeconds(2);

  private static final int ROWS_PER_STATEMENT = 1000;

  private final Database database;

  /** The store of this database. */
  public SubmitStore(Database database) {
    this.database = database;
  }

  /** Records jobs in a transaction of their own. */
  public void insert(List<NewJob> jobs) {
    if (jobs.size() <= ROWS_PER_STATEMENT) {
      insertRows(database.dsl().configuration(), jobs);
    } else {
      database.dsl().transaction(transaction -> insert(transaction, jobs));
    }
  }

  /**
   * Records jobs in a transaction of the caller.
   *
   * @param transaction the caller's configuration, whose connection is in a transaction
   */
  public void insert(Configuration transaction, List<NewJob> jobs) {
    Configuration ours = transaction.derive(SQLDialect.POSTGRES).derive(Database.SETTINGS);
    for (int from = 0; from < jobs.size(); from += ROWS_PER_STATEMENT) {
      insertRows(ours, jobs.subList(from, Math.min(from + ROWS_PER_STATEMENT, jobs.size())));
    }
  }

  private void insertRows(Configuration configuration, List<NewJob> jobs) {
    Tables.Jobs j = database.tables().jobs;
    Unnested<NewJob> n = new Unnested<>("n", jobs);
    Field<Instant> now = currentInstant();
    var id = n.column("id", SQLDataType.UUID, NewJob::id);
    var type = n.column("type", SQLDataType.CLOB, NewJob::type);
    var routingKey = n.column("routing_key", SQLDataType.CLOB, NewJob::routingKey);
    var priority = n.column("priority", Tables.PRIORITY, NewJob::priority);
    var payload = n.column("payload", SQLDataType.CLOB, NewJob::payload);
    var itemId = n.column("item_id", SQLDataType.CLOB, NewJob::itemId);
    var submittedBy = n.column("submitted_by", SQLDataType.CLOB, NewJob::submittedBy);
    var maxAttempts = n.column("max_attempts", SQLDataType.INTEGER, NewJob::maxAttempts);
    var delay =
        n.column(
            "delay_millis",
            SQLDataType.BIGINT,
            job -> job.delay() == null ? null : job.delay().toMillis());
    var runAt = n.column("run_at", SQLDataType.INSTANT, NewJob::runAt);
    Field<Instant> due = greatest(now, coalesce(runAt, Intervals.after(now, delay), now));
    Field<Instant> publishAt =
        DSL.when(
                delay.isNull().and(runAt.isNull()),
                Intervals.after(now, DSL.val(SUBMITTERS_TIME_TO_PUBLISH.toMillis())))
            .otherwise(due);
    DSL.using(configuration)
        .insertInto(
            j,
            j.id,
            j.type,
            j.routingKey,
            j.priority,
            j.payload,
            j.itemId,
            j.submittedBy,
            j.maxAttempts,
            j.runAt,
            j.publishAt)
        .select(
            select(
                    id,
                    type,
                    routingKey,
                    priority,
                    payload.cast(JSON.class),
                    itemId,
                    submittedBy,
                    maxAttempts,
                    due,
                    publishAt)
                .from(n.table()))
        .execute();
  }
}
