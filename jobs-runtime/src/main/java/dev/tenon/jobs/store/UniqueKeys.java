package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.choose;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.field;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.inline;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.when;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;

/**
 * For how long a job keeps its unique key. The function {@code unique_key_after} says the same to
 * the functions of the database; a contract test holds both.
 */
final class UniqueKeys {

  private UniqueKeys() {}

  /**
   * The key that a job has once its status is this: the same as before, or null if its scope and
   * its period are over. A job that was started and waits again is over the scope {@code
   * until_started}.
   */
  static Field<String> after(Tables.Jobs j, Field<JobStatus> status) {
    Condition untilStarted = is(j, UniqueScope.UNTIL_STARTED);
    Field<Boolean> onceStarted = field(untilStarted.and(j.startedAt.isNotNull()));
    Field<Boolean> scopeIsOver =
        choose(status)
            .when(inline(JobStatus.PENDING, Tables.STATUS), onceStarted)
            .when(inline(JobStatus.QUEUED, Tables.STATUS), onceStarted)
            .when(inline(JobStatus.RUNNING, Tables.STATUS), field(untilStarted))
            .when(
                inline(JobStatus.COMPLETED, Tables.STATUS),
                field(untilStarted.or(is(j, UniqueScope.UNTIL_ENDED))))
            // Failed or cancelled
            .otherwise(field(is(j, UniqueScope.UNTIL_DELETED).not()));
    return when(
            scopeIsOver.isTrue().and(j.uniqueUntil.isNull().or(j.uniqueUntil.le(currentInstant()))),
            inline((String) null, j.uniqueKey))
        .otherwise(j.uniqueKey);
  }

  private static Condition is(Tables.Jobs j, UniqueScope scope) {
    return j.uniqueScope.eq(inline(scope, Tables.UNIQUE_SCOPE));
  }
}
