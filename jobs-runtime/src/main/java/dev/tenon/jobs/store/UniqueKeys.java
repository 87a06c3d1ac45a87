package dev.tenon.jobs.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.currentInstant;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.field;
import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;

import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.libraries.jooq.Field;

/** For how long a job keeps its unique key, by the rule that the database has. */
final class UniqueKeys {

  private UniqueKeys() {}

  /**
   * The key that a job has once its status is this: the same as before, or null if its scope and
   * its period are over. PostgreSQL writes the rule into the statement, so that this reads no more
   * columns than the rule needs.
   */
  static Field<String> after(Tables.Jobs j, Field<JobStatus> status) {
    return field(
        "{0}({1}, {2}, {3})",
        j.uniqueKey.getDataType(),
        name(j.getSchema().getQualifiedName(), name("unique_key_after")),
        j.asterisk(),
        status,
        currentInstant());
  }
}
