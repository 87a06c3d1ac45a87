package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Schema;
import dev.tenon.jobs.libraries.jooq.TableField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import java.time.Instant;
import java.util.UUID;

/** The tables that only people look at, typed; {@link Tables} has them. */
public final class MonitorTables {

  private MonitorTables() {}

  /** The number of attempts that ended, over time. */
  public static final class Statistics extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Integer> stepSeconds =
        createField(DSL.name("step_seconds"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Instant> at =
        createField(DSL.name("at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobAttempt.Outcome> outcome =
        createField(DSL.name("outcome"), Tables.OUTCOME);
    public final TableField<Record, Long> attempts =
        createField(DSL.name("attempts"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> runMillis =
        createField(DSL.name("run_millis"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> maxRunMillis =
        createField(DSL.name("max_run_millis"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> waitMillis =
        createField(DSL.name("wait_millis"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> maxWaitMillis =
        createField(DSL.name("max_wait_millis"), SQLDataType.BIGINT.notNull());

    Statistics(Schema schema) {
      super(DSL.name("job_statistics"), schema);
    }
  }

  /** Failures of the same kind, by the hour. */
  public static final class Failures extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Instant> at =
        createField(DSL.name("at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> fingerprint =
        createField(DSL.name("fingerprint"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), Tables.REASON);
    public final TableField<Record, Long> failures =
        createField(DSL.name("failures"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, Instant> lastAt =
        createField(DSL.name("last_at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, UUID> lastJobId =
        createField(DSL.name("last_job_id"), SQLDataType.UUID.notNull());

    Failures(Schema schema) {
      super(DSL.name("job_failures"), schema);
    }
  }

  /** The end of the time that has been rolled up. */
  public static final class StatisticsState extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Boolean> onlyRow =
        createField(DSL.name("only_row"), SQLDataType.BOOLEAN.notNull());
    public final TableField<Record, Instant> rolledUpUntil =
        createField(DSL.name("rolled_up_until"), SQLDataType.INSTANT.notNull());

    StatisticsState(Schema schema) {
      super(DSL.name("job_statistics_state"), schema);
    }
  }

  /** The changes that people have made by hand. */
  public static final class Audit extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> id =
        createField(DSL.name("id"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Instant> at =
        createField(DSL.name("at"), SQLDataType.INSTANT.notNull());
    public final TableField<Record, String> doneBy =
        createField(DSL.name("done_by"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> action =
        createField(DSL.name("action"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> target =
        createField(DSL.name("target"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> reason =
        createField(DSL.name("reason"), SQLDataType.CLOB);
    public final TableField<Record, String> outcome =
        createField(DSL.name("outcome"), SQLDataType.CLOB.notNull());

    Audit(Schema schema) {
      super(DSL.name("job_audit"), schema);
    }
  }
}
