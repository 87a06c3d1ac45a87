package dev.tenon.jobs.internal.store;

import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the jobs that a worker runs, which a database function finds by the worker's claims.
 * Immutable and thread-safe.
 */
final class RunningJobs {

  private static final String ALIAS = "running";

  private final JobTables.Live live;
  private final Table<Record> table;

  /**
   * Creates the rows of the jobs of a worker.
   *
   * @param among only these jobs are considered; empty for all that it runs
   */
  RunningJobs(Tables tables, String workerId, Optional<? extends Collection<UUID>> among) {
    this(tables, DSL.val(workerId), among);
  }

  /**
   * Creates the same for the worker whose id an expression gives, as a lateral table for a join.
   */
  RunningJobs(Tables tables, Field<String> workerId, Optional<? extends Collection<UUID>> among) {
    this.live = tables.live;
    UUID @Nullable [] ids = among.map(each -> each.toArray(UUID[]::new)).orElse(null);
    this.table =
        DSL.table(
                "{0}({1}, {2})",
                DSL.name(live.getSchema().getQualifiedName(), DSL.name("running_jobs")),
                workerId,
                DSL.val(ids, SQLDataType.UUID.array()))
            .as(ALIAS);
  }

  /** The rows, for a statement that reads them. */
  Table<Record> table() {
    return table;
  }

  Field<UUID> id() {
    return field(live.id);
  }

  Field<String> type() {
    return field(live.type);
  }

  Field<Long> lease() {
    return field(live.lease);
  }

  Field<Instant> startedAt() {
    return field(live.startedAt);
  }

  Field<UUID> workflowId() {
    return field(live.workflowId);
  }

  Field<Integer> payloadBytes() {
    return field(live.payloadBytes);
  }

  Field<Instant> cancelRequestedAt() {
    return field(live.cancelRequestedAt);
  }

  private static <V> Field<V> field(Field<V> ofTable) {
    return DSL.field(DSL.name(ALIAS, ofTable.getName()), ofTable.getDataType());
  }
}
