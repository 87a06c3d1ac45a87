package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Schema;
import dev.tenon.jobs.libraries.jooq.TableField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import java.time.Instant;
import java.util.UUID;

/** The tables of lines: jobs that wait for others with the same key. */
public final class LineTables {

  private LineTables() {}

  /** The waiting and running jobs of all lines. */
  public static final class Lines extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> orderKey =
        createField(DSL.name("order_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Long> number =
        createField(DSL.name("number"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());
    public final TableField<Record, Instant> dueAt =
        createField(DSL.name("due_at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, Boolean> isOpen =
        createField(DSL.name("is_open"), SQLDataType.BOOLEAN.notNull());
    public final TableField<Record, Boolean> letsPass =
        createField(DSL.name("lets_pass"), SQLDataType.BOOLEAN.notNull());

    Lines(Schema schema) {
      super(DSL.name("job_lines"), schema);
    }
  }

  /** The lines whose next job may be able to start. */
  public static final class LinesToAdvance extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> id =
        createField(DSL.name("id"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> orderKey =
        createField(DSL.name("order_key"), SQLDataType.CLOB.notNull());

    LinesToAdvance(Schema schema) {
      super(DSL.name("lines_to_advance"), schema);
    }
  }
}
