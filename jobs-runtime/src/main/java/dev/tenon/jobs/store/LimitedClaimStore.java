package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.select;

import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Param;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Claims jobs of types that have limits. No pointers are published to them: they wait in the table,
 * and a function of the database claims as many as the limits allow, for workers in all languages.
 * Thread-safe.
 */
public final class LimitedClaimStore {

  private static final Param<String> TYPE = DSL.param("type_name", SQLDataType.CLOB);
  private static final Param<String> WORKER = DSL.param("worker_id", SQLDataType.CLOB);
  private static final Param<Integer> LIMIT = DSL.param("max_jobs", SQLDataType.INTEGER);
  private static final Param<Long> MAX_BYTES = DSL.param("max_bytes", SQLDataType.BIGINT);
  private static final Param<Integer> VERSION = DSL.param("version", SQLDataType.INTEGER);

  private final Database database;
  private final HotStatement waitingTypes;
  private final HotStatement claim;

  /** The store of this database. */
  public LimitedClaimStore(Database database) {
    this.database = database;
    this.waitingTypes = waitingTypesStatement(database.tables().jobs);
    this.claim = claimStatement(database.tables().jobs);
  }

  /**
   * The names of all types with limits of which jobs wait, due or not; it costs as much as there
   * are such types.
   */
  public List<String> waitingTypes() {
    List<String> types = new ArrayList<>();
    waitingTypes.run(
        database.control(),
        Map.of(),
        row -> {
          String type = row.getString(1);
          if (type != null) {
            types.add(type);
          }
        });
    return types;
  }

  private static HotStatement waitingTypesStatement(Tables.Jobs j) {
    var types = WaitingJobs.types(j, isLimitedAndWaiting(j));
    return HotStatement.of(DSL.withRecursive(types).select(WaitingJobs.TYPE).from(types));
  }

  /**
   * Whether the index of the jobs that wait under limits holds the job; in the words of the index.
   */
  static Condition isLimitedAndWaiting(Tables.Jobs j) {
    return j.status
        .in(StatusChange.CLAIM.from().stream().map(s -> inline(s, Tables.STATUS)).toList())
        .and(j.limitKey.isNotNull());
  }

  /**
   * Claims jobs of a type, as many as its limits allow: the keys in turn, and of each key the most
   * urgent first.
   *
   * @param type the name under which the jobs were submitted
   * @param version up to which version they are claimed
   * @param limit how many jobs at most
   * @param maxBytes how many bytes the payloads may have in all; the first job is claimed in any
   *     case
   */
  public List<ClaimedJob> claim(
      String workerId, String type, int version, int limit, long maxBytes) {
    Map<String, @Nullable Object> values =
        Map.of(
            WORKER.getName(), workerId,
            TYPE.getName(), type,
            VERSION.getName(), version,
            LIMIT.getName(), limit,
            MAX_BYTES.getName(), maxBytes);
    Claims claims = new Claims(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    claim.run(database.control(), values, row -> ClaimedRow.read(row, workerId, true, claims));
    return claims.jobs();
  }

  private static HotStatement claimStatement(Tables.Jobs j) {
    var claimed =
        DSL.table(
                "{0}({1}, {2}, {3}, {4}, {5}, false)",
                name(j.getSchema().getQualifiedName(), name("claim_limited")),
                WORKER,
                TYPE,
                VERSION,
                LIMIT,
                MAX_BYTES)
            .as("claimed");
    Field<Boolean> known = inline(true);
    return HotStatement.of(
        select(
                claimed(j.id),
                known,
                claimed(j.lease),
                claimed(j.type),
                claimed(j.version),
                claimed(j.attempts),
                claimed(j.maxAttempts),
                claimed(j.crashes),
                claimed(j.payload).cast(SQLDataType.CLOB).as("payload_text"),
                claimed(j.itemId),
                claimed(j.submittedBy),
                claimed(j.workflowId),
                claimed(j.traceContext),
                waitedMillis(claimed(j.startedAt), claimed(j.runAt)))
            .from(claimed));
  }

  /** How long a job had been due when it was started. */
  private static Field<Long> waitedMillis(Field<Instant> startedAt, Field<Instant> runAt) {
    return DSL.field(
        "(extract(epoch FROM {0} - {1}) * 1000)::bigint", SQLDataType.BIGINT, startedAt, runAt);
  }

  /** A function has no columns that jOOQ knows. */
  private static <T> Field<T> claimed(Field<T> column) {
    return DSL.field(name("claimed", column.getName()), column.getDataType());
  }
}
