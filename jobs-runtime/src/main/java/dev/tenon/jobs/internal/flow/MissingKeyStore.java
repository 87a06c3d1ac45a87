package dev.tenon.jobs.internal.flow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.lateral;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.row;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.leader.Leadership;
import dev.tenon.jobs.internal.leader.LeadershipLostException;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.sql.UnnestedRows;
import dev.tenon.jobs.internal.store.LockedJobs;
import dev.tenon.jobs.internal.store.StatusChange;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Record1;
import dev.tenon.jobs.libraries.jooq.Record4;
import dev.tenon.jobs.libraries.jooq.Records;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives keys to jobs that lack them, because they were submitted before their type had a
 * {@code @Limit}, or by a process that does not know it yet. A job that another transaction is
 * changing is skipped. Thread-safe.
 */
public final class MissingKeyStore {

  /**
   * The largest total size of payloads in one statement: PostgreSQL parses them, and a statement of
   * the leader may take 5 s.
   */
  private static final long MAX_BYTES = 4L * 1024 * 1024;

  private final Database database;

  /** The store of this database. */
  public MissingKeyStore(Database database) {
    this.database = database;
  }

  /**
   * A name that jobs with keys are submitted with.
   *
   * @param name the type, or an earlier name of it
   * @param component the component of the payload whose values are the keys
   */
  public record KeyedName(String name, String component) {}

  /**
   * A place among the waiting jobs without a key.
   *
   * @param priority the priority of the job there
   * @param runAt the time when it is due
   * @param id the id of the job
   */
  public record Place(JobPriority priority, Instant runAt, UUID id) {}

  /**
   * The result of a batch.
   *
   * @param count the number of jobs that got a key
   * @param next the place to continue from; empty if there are no more
   */
  public record Given(int count, Optional<Place> next) {}

  /** All names that jobs with keys are submitted with, sorted. */
  public List<KeyedName> keyedNames() {
    Tables.JobTypes t = database.tables().jobTypes;
    Field<String> name = BarredTypes.eachName(t).as("name");
    return database
        .control()
        .select(name, t.limitBy)
        .from(t)
        .where(t.limitBy.isNotNull())
        .orderBy(name, t.limitBy)
        .fetch(row -> new KeyedName(row.value1(), row.value2()));
  }

  /**
   * Gives keys to some of the waiting and running jobs of a name. A job whose payload has no key
   * stays as it is.
   *
   * @param leadership proof that the caller is the leader
   * @param after the place to continue from; null for the first jobs
   * @param limit the largest number of jobs to look at
   * @throws LeadershipLostException if the caller is no longer the leader
   */
  public Given giveKeys(Leadership leadership, KeyedName keyed, @Nullable Place after, int limit) {
    return LeaderStore.asLeader(database, leadership, dsl -> giveKeys(dsl, keyed, after, limit));
  }

  private Given giveKeys(DSLContext dsl, KeyedName keyed, @Nullable Place after, int limit) {
    JobTables.Live j = database.tables().live;
    int count = 0;
    if (after == null) {
      count += set(dsl, keyed, fitting(running(dsl, keyed, limit)), List.of(JobStatus.RUNNING));
    }
    Condition isLater =
        after == null
            ? DSL.noCondition()
            : row(j.priority, j.runAt, j.id).gt(row(after.priority(), after.runAt(), after.id()));
    // In the order of the index
    List<Found> waiting =
        dsl.select(j.priority, j.runAt, j.id, j.payloadBytes)
            .from(j)
            .where(
                j.type
                    .eq(keyed.name())
                    .and(j.limitKey.eq(inline("")))
                    .and(LockedJobs.isIn(j.status, StatusChange.CLAIM.from()))
                    .and(isLater))
            .orderBy(j.priority, j.runAt, j.id)
            .limit(limit)
            .fetch(MissingKeyStore::found);
    List<Found> fitting = fitting(waiting);
    count += set(dsl, keyed, fitting, List.copyOf(StatusChange.CLAIM.from()));
    boolean isAll = waiting.size() < limit && fitting.size() == waiting.size();
    return new Given(
        count, isAll ? Optional.empty() : Optional.of(fitting.get(fitting.size() - 1).place()));
  }

  private record Found(Place place, int bytes) {}

  private static Found found(Record4<JobPriority, Instant, UUID, Integer> row) {
    return new Found(new Place(row.value1(), row.value2(), row.value3()), row.value4());
  }

  private List<Found> running(DSLContext dsl, KeyedName keyed, int limit) {
    JobTables.Live j = database.tables().live;
    JobTables.LimitedRuns r = database.tables().limitedRuns;
    // With OFFSET 0 the planner keeps this as it is, and looks up each job
    Table<?> one =
        select(j.priority, j.runAt, j.id, j.payloadBytes)
            .from(j)
            .where(j.id.eq(r.jobId))
            .offset(0)
            .asTable("one");
    return dsl.select(
            SubqueryFields.of(one, j.priority),
            SubqueryFields.of(one, j.runAt),
            SubqueryFields.of(one, j.id),
            SubqueryFields.of(one, j.payloadBytes))
        .from(r, lateral(one))
        .where(r.type.eq(keyed.name()).and(r.limitKey.eq(inline(""))))
        .limit(limit)
        .fetch(MissingKeyStore::found);
  }

  /** The first jobs, as many as one statement may read the payloads of, and at least one. */
  private static List<Found> fitting(List<Found> found) {
    long bytes = 0;
    int count = 0;
    while (count < found.size()) {
      bytes += found.get(count).bytes();
      if (count > 0 && bytes > MAX_BYTES) {
        break;
      }
      count++;
    }
    return found.subList(0, count);
  }

  /**
   * Locks the jobs with one statement, and reads and changes them with others. These see everything
   * that was committed before the locks, including new payloads, and the row that counts a running
   * job.
   */
  private int set(DSLContext dsl, KeyedName keyed, List<Found> jobs, List<JobStatus> statuses) {
    if (jobs.isEmpty()) {
      return 0;
    }
    JobTables.Live j = database.tables().live;
    JobTables.Data d = database.tables().data;
    JobTables.LimitedRuns r = database.tables().limitedRuns;
    List<UUID> locked = lock(dsl, jobs, statuses);
    List<WithKey> withKeys = locked.isEmpty() ? List.of() : keys(dsl, keyed, locked);
    if (withKeys.isEmpty()) {
      return 0;
    }
    int unused =
        change(
            dsl, r, r.limitKey, r.jobId, r.type.eq(keyed.name()).and(r.limitKey.eq("")), withKeys);
    int unusedToo = change(dsl, d, d.limitKey, d.id, d.type.eq(keyed.name()), withKeys);
    return change(dsl, j, j.limitKey, j.id, DSL.noCondition(), withKeys);
  }

  /**
   * Gives keys to rows of locked jobs.
   *
   * @param condition what else identifies the row of a job
   */
  private static int change(
      DSLContext dsl,
      Table<Record> table,
      Field<String> limitKey,
      Field<UUID> idInTable,
      Condition condition,
      List<WithKey> jobs) {
    UnnestedRows<WithKey> rows = new UnnestedRows<>("k", jobs);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, WithKey::id);
    Field<String> key = rows.column("key", SQLDataType.CLOB, WithKey::key);
    // With OFFSET 0 the planner keeps this as it is, and looks up each row
    Table<?> one =
        select(table.rowid().as("place"))
            .from(table)
            .where(condition.and(idInTable.eq(id)))
            .offset(0)
            .asTable("one");
    Table<?> found =
        select(key.as("new_key"), DSL.field(name("one", "place"), SQLDataType.ROWID).as("place"))
            .from(rows.table(), lateral(one))
            .asTable("found");
    return dsl.update(table)
        .set(limitKey, DSL.field(name("found", "new_key"), SQLDataType.CLOB))
        .from(found)
        .where(table.rowid().eq(DSL.field(name("found", "place"), SQLDataType.ROWID)))
        .execute();
  }

  private record WithKey(UUID id, String key) {}

  private List<UUID> lock(DSLContext dsl, List<Found> jobs, List<JobStatus> statuses) {
    JobTables.Live j = database.tables().live;
    UnnestedRows<Found> rows = new UnnestedRows<>("p", jobs);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, each -> each.place().id());
    CommonTableExpression<?> given = LockedJobs.given(rows, id);
    CommonTableExpression<Record1<UUID>> locked =
        LockedJobs.free(
            j,
            given,
            id,
            LockedJobs.isIn(j.status, statuses).and(j.limitKey.isNotDistinctFrom(inline(""))));
    Field<UUID> lockedId = locked.field("id", UUID.class);
    return dsl.with(given).with(locked).select(lockedId).from(locked).fetch(lockedId);
  }

  /** Returns the keys of those of these jobs that have one in their payload. */
  private List<WithKey> keys(DSLContext dsl, KeyedName keyed, List<UUID> jobs) {
    JobTables.Data d = database.tables().data;
    UnnestedRows<UUID> rows = new UnnestedRows<>("locked", jobs);
    Field<UUID> id = rows.column("id", SQLDataType.UUID, each -> each);
    Field<String> key =
        LimitKeyText.of(d.payload, DSL.val(keyed.component(), SQLDataType.CLOB)).as("key");
    // With OFFSET 0 the planner keeps this as it is, and looks up each job
    Table<?> data =
        select(key)
            .from(d)
            .where(d.type.eq(keyed.name()).and(d.id.eq(id)))
            .offset(0)
            .asTable("data");
    return dsl.select(id, SubqueryFields.of(data, key))
        .from(rows.table(), lateral(data))
        .where(SubqueryFields.of(data, key).ne(inline("")))
        .fetch(Records.mapping(WithKey::new));
  }
}
