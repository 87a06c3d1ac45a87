package dev.tenon.jobs.internal.sql;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.condition;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.field;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.time.Instant;

/** The rule, from the database, for how long a job keeps its unique key. */
public final class UniqueKeys {

  private UniqueKeys() {}

  /**
   * Returns whether a job still owns its key, rather than only having it because nobody has cleared
   * it yet.
   *
   * @param scope the scope of the key
   * @param until the end of its period; null if it has none
   * @param startedAt when the last attempt at the job started; null if none did
   * @param status the status of the job
   */
  public static Condition keeps(
      Tables tables,
      Field<UniqueScope> scope,
      Field<Instant> until,
      Field<Instant> startedAt,
      Field<JobStatus> status) {
    return condition(
        field(
            "{0}({1}, {2}, {3}, {4}, {5})",
            SQLDataType.BOOLEAN,
            name(tables.live.getSchema().getQualifiedName(), name("keeps_unique_key")),
            scope,
            until,
            field(startedAt.isNotNull()),
            status,
            currentInstant()));
  }
}
