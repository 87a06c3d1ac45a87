package dev.tenon.jobs.internal.store;

import static dev.tenon.jobs.libraries.jooq.impl.DSL.name;

import dev.tenon.jobs.internal.sql.JobTables;
import dev.tenon.jobs.internal.sql.SubqueryFields;
import dev.tenon.jobs.internal.sql.Tables;
import dev.tenon.jobs.libraries.jooq.CommonTableExpression;
import dev.tenon.jobs.libraries.jooq.Condition;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.Table;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import java.util.List;

/**
 * The part of the statement that records new jobs which writes their headers for searches. Without
 * headers, the statement does not have it.
 */
final class NewHeaders {

  private NewHeaders() {}

  /** Returns whether any of the jobs has headers. */
  static boolean areIn(List<NewJob> jobs) {
    for (NewJob job : jobs) {
      if (!job.headers().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the part of the statement that writes the headers of the jobs; empty if there are none.
   *
   * @param made a row for each job, with its columns of {@code job_data}
   * @param condition which of these jobs are recorded
   */
  static List<CommonTableExpression<?>> inserted(
      Tables tables, List<NewJob> jobs, Table<?> made, Condition condition) {
    if (!areIn(jobs)) {
      return List.of();
    }
    JobTables.Data d = tables.data;
    JobTables.Headers h = tables.headers;
    Table<?> header =
        DSL.table("jsonb_each_text({0})", SubqueryFields.of(made, d.headers))
            .as(name("header"), name("name"), name("value"));
    Field<String> headerName = DSL.field(name("header", "name"), SQLDataType.CLOB);
    Field<String> headerValue = DSL.field(name("header", "value"), SQLDataType.CLOB);
    return List.of(
        name("headers")
            .as(
                DSL.insertInto(h)
                    .columns(h.name, h.value, h.id, h.type)
                    .select(
                        DSL.select(
                                headerName,
                                headerValue,
                                SubqueryFields.of(made, d.id),
                                SubqueryFields.of(made, d.type))
                            .from(made)
                            .crossJoin(DSL.lateral(header))
                            .where(condition))
                    .returning(h.id)));
  }
}
