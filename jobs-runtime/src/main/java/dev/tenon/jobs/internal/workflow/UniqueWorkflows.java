package dev.tenon.jobs.internal.workflow;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;

import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.internal.values.StoredHeaders;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.DSLContext;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import java.util.Optional;
import java.util.UUID;

/**
 * Records workflows with unique keys, or finds those that have the keys already. A unique index
 * decides which of several submits is first; the others wait for its transaction, and for no other.
 */
final class UniqueWorkflows {

  /**
   * The maximum number of tries. Each of them fails only if a workflow got the key and lost it
   * again between two statements.
   */
  private static final int MAX_TRIES = 20;

  private static final String SERIALIZATION_FAILURE = "40001";

  private final Tables.Workflows w;

  UniqueWorkflows(Tables tables) {
    this.w = tables.workflows;
  }

  /**
   * Records the row of the submitted workflow if it has a unique key that is free.
   *
   * @return the workflow that has the key; empty if the new one has it now, or needs none
   */
  Optional<UUID> claim(DSLContext dsl, NewGraph graph) {
    NewGraph.Unique unique = graph.unique();
    if (unique == null) {
      return Optional.empty();
    }
    NewGraph.NewWorkflow first = graph.workflows().get(0);
    for (int i = 0; i < MAX_TRIES; i++) {
      if (insert(dsl, first, unique)) {
        return Optional.empty();
      }
      var holder =
          dsl.select(w.id, DSL.field(keepsKey()))
              .from(w)
              .where(w.name.eq(first.name()).and(w.uniqueKey.eq(unique.key())).and(w.hasKey))
              .fetchOptional();
      if (holder.isPresent()) {
        UUID id = holder.get().value1();
        if (holder.get().value2()) {
          return Optional.of(id);
        }
        // It may be run again meanwhile, and keep its key
        dsl.update(w)
            .set(w.hasKey, false)
            .where(w.id.eq(id).and(w.hasKey).and(DSL.not(keepsKey())))
            .execute();
      }
    }
    throw new StoreUnavailableException(
        "In each of %d tries, another workflow had the unique key and then lost it again."
            .formatted(MAX_TRIES),
        SERIALIZATION_FAILURE,
        new IllegalStateException("the unique key changed hands"));
  }

  private boolean insert(DSLContext dsl, NewGraph.NewWorkflow workflow, NewGraph.Unique unique) {
    return dsl.insertInto(w)
            .set(w.id, workflow.id())
            .set(w.name, workflow.name())
            .set(w.submittedBy, workflow.submittedBy())
            .set(w.headers, JSONB.jsonbOrNull(StoredHeaders.write(workflow.headers())))
            .set(w.isOpen, workflow.isOpen())
            .set(w.members, workflow.members())
            .set(w.unsettled, workflow.members())
            .set(w.unattempted, workflow.members())
            .set(w.openFollowUps, workflow.followUps())
            .set(w.uniqueKey, unique.key())
            .set(w.uniqueScope, unique.scope().code())
            .set(w.hasKey, true)
            .onConflict(w.name, w.uniqueKey)
            .where(w.hasKey)
            .doNothing()
            .execute()
        > 0;
  }

  /** Returns whether the scope of a workflow that has its key keeps others out. */
  private Condition keepsKey() {
    return w.outcome
        .isNull()
        .or(w.uniqueScope.eq(inline(UniqueScope.UNTIL_DELETED.code())))
        .or(
            w.uniqueScope
                .eq(inline(UniqueScope.UNLESS_FAILED.code()))
                .and(w.outcome.eq(inline("completed"))));
  }
}
