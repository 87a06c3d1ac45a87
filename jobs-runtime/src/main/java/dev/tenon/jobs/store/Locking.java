package dev.tenon.jobs.store;

import java.util.Collection;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.impl.DSL;

/**
 * Rows are always locked in the order of their ids, so that statements over many rows cannot
 * deadlock.
 */
final class Locking {

  private Locking() {}

  /** The ids of the jobs that may make the change, locked in order. */
  static Select<Record1<UUID>> inOrder(
      DSLContext dsl, Tables.Jobs j, Collection<UUID> jobIds, StatusChange change) {
    return inOrder(dsl, j, jobIds, change, DSL.noCondition());
  }

  /** The ids of the jobs that may make the change and meet the condition, locked in order. */
  static Select<Record1<UUID>> inOrder(
      DSLContext dsl,
      Tables.Jobs j,
      Collection<UUID> jobIds,
      StatusChange change,
      Condition condition) {
    return dsl.select(j.id)
        .from(j)
        .where(
            j.id
                .eq(DSL.any(jobIds.toArray(UUID[]::new)))
                .and(j.status.in(change.from()))
                .and(condition))
        .orderBy(j.id)
        .forUpdate();
  }
}
