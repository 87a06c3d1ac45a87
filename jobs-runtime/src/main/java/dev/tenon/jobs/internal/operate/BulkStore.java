package dev.tenon.jobs.internal.operate;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;
import static java.util.Objects.requireNonNull;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.internal.cursor.Cursors;
import dev.tenon.jobs.internal.operate.JobConditions.IdRange;
import dev.tenon.jobs.internal.sql.ChangeByHand;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.operate.JobOperation;
import dev.tenon.jobs.operate.OperationQuery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Begins bulk operations, and reads their records. Thread-safe. */
public final class BulkStore {

  /**
   * The longest target in the audit, which has an index of the targets. The record of the operation
   * has all of it.
   */
  private static final int MAX_TARGET = 300;

  private final Database database;

  /** The store of this database. */
  public BulkStore(Database database) {
    this.database = database;
  }

  /**
   * The jobs that match a query at a certain time.
   *
   * @param query the query
   * @param last the job with the highest id; null if there are none
   * @param count the number of jobs
   * @param at the time, by the database's clock
   */
  public record Matching(JobQuery query, @Nullable UUID last, long count, Instant at) {}

  /** Counts the jobs that match now. */
  public Matching matching(JobQuery query) {
    Tables.Jobs j = database.tables().jobs;
    Instant at = requireNonNull(database.dsl().fetchValue(select(currentInstant())));
    UUID last =
        database
            .planned()
            .fetchOptional(JobPages.newest(database.tables(), List.of(j.id), query, IdRange.ALL, 1))
            .map(row -> row.get(j.id))
            .orElse(null);
    if (last == null) {
      return new Matching(query, null, 0, at);
    }
    long count =
        database
            .planned()
            .fetchSingle(JobPages.count(database.tables(), query, IdRange.between(null, last)))
            .value1();
    return new Matching(query, last, count, at);
  }

  /**
   * Records that an operation begins.
   *
   * @param id its id
   * @param change the change
   * @param matching the jobs to change
   * @param actor who makes the change, and why
   * @return the operation
   */
  public BulkRun begin(UUID id, BulkChange change, Matching matching, Actor actor) {
    Tables.Operations o = database.tables().operations;
    ChangeByHand byHand =
        ChangeByHand.of(
            change.kind().code() + (isOfOne(matching.query()) ? " job" : " many jobs"),
            target(matching.query()),
            actor);
    byHand.inTransaction(
        database.dsl(),
        dsl -> {
          int inserted =
              dsl.insertInto(o)
                  .set(o.id, id)
                  .set(o.kind, change.kind())
                  .set(o.target, change.target())
                  .set(o.query, matching.query().describe())
                  .set(o.begunBy, actor.name())
                  .set(o.reason, actor.reason().orElseThrow())
                  .set(o.matched, matching.count())
                  .execute();
          byHand.record(
              dsl,
              database.tables(),
              "begun: %d job%s, operation %s"
                  .formatted(matching.count(), matching.count() == 1 ? "" : "s", id));
          return inserted;
        });
    return new BulkRun(database, id, change, matching);
  }

  /**
   * Returns true if the query asks for one job by its id, even if an operation for many jobs
   * changes it.
   */
  private static boolean isOfOne(JobQuery query) {
    return query.ids().size() == 1;
  }

  private static String target(JobQuery query) {
    if (isOfOne(query)) {
      return query.ids().get(0).toString();
    }
    String words = query.describe();
    if (words.length() <= MAX_TARGET) {
      return words;
    }
    int end = MAX_TARGET - 1;
    return words.substring(0, Character.isHighSurrogate(words.charAt(end - 1)) ? end - 1 : end)
        + "…";
  }

  /**
   * Records that an operation has ended.
   *
   * @param id its id
   * @param locked the number of jobs that others kept locked to the end
   * @param error the reason why it has ended early; null if it has not
   * @return the whole record
   */
  public JobOperation end(UUID id, long locked, @Nullable String error) {
    Tables.Operations o = database.tables().operations;
    return database
        .dsl()
        .update(o)
        .set(o.endedAt, currentInstant())
        .set(o.locked, locked)
        .set(o.error, error)
        .where(o.id.eq(id))
        .returning()
        .fetchSingle(this::operation);
  }

  /** A page of records, newest first. */
  public Page<JobOperation> list(OperationQuery query) {
    Tables.Operations o = database.tables().operations;
    List<JobOperation> operations =
        database
            .dsl()
            .selectFrom(o)
            .where(query.cursor().map(Cursors::operation).map(o.id::lt).orElseGet(DSL::noCondition))
            .orderBy(o.id.desc())
            .limit(query.limit() + 1)
            .fetch(this::operation);
    if (operations.size() <= query.limit()) {
      return Page.last(operations);
    }
    List<JobOperation> page = operations.subList(0, query.limit());
    return Page.followed(page, Cursors.ofOperation(page.get(page.size() - 1).id()));
  }

  /** The record of this operation. */
  public Optional<JobOperation> find(UUID id) {
    Tables.Operations o = database.tables().operations;
    return database.dsl().selectFrom(o).where(o.id.eq(id)).fetchOptional(this::operation);
  }

  private JobOperation operation(Record row) {
    Tables.Operations o = database.tables().operations;
    return new StoredOperation(
        row.get(o.id),
        row.get(o.kind),
        Optional.ofNullable(row.get(o.target)),
        row.get(o.query),
        row.get(o.begunBy),
        row.get(o.reason),
        row.get(o.beganAt),
        row.get(o.updatedAt),
        Optional.ofNullable(row.get(o.endedAt)),
        Optional.ofNullable(row.get(o.error)),
        new StoredOperation.StoredCounts(
            row.get(o.matched),
            row.get(o.changed),
            row.get(o.askedToStop),
            row.get(o.skipped),
            row.get(o.locked)));
  }
}
