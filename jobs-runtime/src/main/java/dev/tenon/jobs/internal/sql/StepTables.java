package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.libraries.jooq.Converter;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Schema;
import dev.tenon.jobs.libraries.jooq.TableField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import java.time.Instant;
import java.util.UUID;

/** The tables of what jobs keep between their attempts, typed; {@link Tables} has them. */
public final class StepTables {

  /** The kind of a record, stored as its code. */
  public static final DataType<JobStep.Kind> KIND =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, JobStep.Kind.class, JobStep.Kind::ofCode, JobStep.Kind::code));

  /** The state of a record, stored as its code. */
  public static final DataType<JobStep.State> STATE =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, JobStep.State.class, JobStep.State::ofCode, JobStep.State::code));

  private StepTables() {}

  /** The steps, waits and tokens of jobs. */
  public static final class Steps extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> name =
        createField(DSL.name("name"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> stepKey =
        createField(DSL.name("step_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobStep.Kind> kind = createField(DSL.name("kind"), KIND);
    public final TableField<Record, JobStep.State> state = createField(DSL.name("state"), STATE);
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Integer> number =
        createField(DSL.name("number"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Integer> attempts =
        createField(DSL.name("attempts"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, Instant> endedAt =
        createField(DSL.name("ended_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> until =
        createField(DSL.name("until"), SQLDataType.INSTANT);
    public final TableField<Record, String[]> signals =
        createField(DSL.name("signals"), SQLDataType.CLOB.array());
    public final TableField<Record, String> signalId =
        createField(DSL.name("signal_id"), SQLDataType.CLOB);
    public final TableField<Record, JSON> result =
        createField(DSL.name("result"), SQLDataType.JSON);
    public final TableField<Record, String> message =
        createField(DSL.name("message"), SQLDataType.CLOB);

    Steps(Schema schema) {
      super(DSL.name("job_steps"), schema);
    }
  }

  /** The signals that were sent to jobs. */
  public static final class Signals extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> id =
        createField(DSL.name("id"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Long> number =
        createField(DSL.name("number"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, String> name =
        createField(DSL.name("name"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> stepKey =
        createField(DSL.name("step_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, JSON> payload =
        createField(DSL.name("payload"), SQLDataType.JSON.notNull());
    public final TableField<Record, String> sentBy =
        createField(DSL.name("sent_by"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Instant> sentAt =
        createField(DSL.name("sent_at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, Instant> deliveredAt =
        createField(DSL.name("delivered_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> error =
        createField(DSL.name("error"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> isNew =
        createField(DSL.name("is_new"), SQLDataType.BOOLEAN.notNull());

    Signals(Schema schema) {
      super(DSL.name("job_signals"), schema);
    }
  }

  /** The cursors of jobs. */
  public static final class Cursors extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, JSON> value =
        createField(DSL.name("value"), SQLDataType.JSON.notNull());
    public final TableField<Record, Instant> savedAt =
        createField(DSL.name("saved_at"), SQLDataType.INSTANT.notNull());

    Cursors(Schema schema) {
      super(DSL.name("job_cursors"), schema);
    }
  }
}
