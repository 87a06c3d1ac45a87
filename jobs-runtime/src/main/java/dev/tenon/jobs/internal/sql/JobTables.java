package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Name;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Schema;
import dev.tenon.jobs.libraries.jooq.TableField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import java.time.Instant;
import java.util.UUID;

/**
 * The tables that hold the rows of a job: what was submitted, its state while it waits or runs, and
 * its end. Code that only reads jobs of any status reads the view {@link Tables.Jobs}. Immutable
 * and thread-safe.
 */
public final class JobTables {

  private JobTables() {}

  /** The columns of what was submitted, which its table and the view of all jobs have. */
  public abstract static class OfSubmit extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, String> routingKey =
        createField(DSL.name("routing_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobPriority> priority =
        createField(DSL.name("priority"), Tables.PRIORITY);
    public final TableField<Record, Integer> maxAttempts =
        createField(DSL.name("max_attempts"), SQLDataType.INTEGER);
    public final TableField<Record, String> itemId =
        createField(DSL.name("item_id"), SQLDataType.CLOB);
    public final TableField<Record, String> submittedBy =
        createField(DSL.name("submitted_by"), SQLDataType.CLOB);
    public final TableField<Record, Instant> submittedAt =
        createField(DSL.name("submitted_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> schedule =
        createField(DSL.name("schedule"), SQLDataType.CLOB);
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, String> limitKey =
        createField(DSL.name("limit_key"), SQLDataType.CLOB);
    public final TableField<Record, Long> cost = createField(DSL.name("cost"), SQLDataType.BIGINT);
    public final TableField<Record, String> orderKey =
        createField(DSL.name("order_key"), SQLDataType.CLOB);
    public final TableField<Record, String> uniqueKey =
        createField(DSL.name("unique_key"), SQLDataType.CLOB);
    public final TableField<Record, UniqueScope> uniqueScope =
        createField(DSL.name("unique_scope"), Tables.UNIQUE_SCOPE);
    public final TableField<Record, Instant> uniqueUntil =
        createField(DSL.name("unique_until"), SQLDataType.INSTANT);
    public final TableField<Record, Long> retentionSeconds =
        createField(DSL.name("retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, Long> failedRetentionSeconds =
        createField(DSL.name("failed_retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, String> traceContext =
        createField(DSL.name("trace_context"), SQLDataType.CLOB);
    public final TableField<Record, JSONB> headers =
        createField(DSL.name("headers"), SQLDataType.JSONB);
    public final TableField<Record, JSON> externalPolicy =
        createField(DSL.name("external_policy"), SQLDataType.JSON);
    public final TableField<Record, JSON> payload =
        createField(DSL.name("payload"), SQLDataType.JSON);
    public final TableField<Record, Instant> startBefore =
        createField(DSL.name("start_before"), SQLDataType.INSTANT);

    OfSubmit(Name name, Schema schema) {
      super(name, schema);
    }
  }

  /** The submitted values of every job. */
  public static final class Data extends OfSubmit {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> startWithinMillis =
        createField(DSL.name("start_within_millis"), SQLDataType.BIGINT);
    public final TableField<Record, String> backlogKey =
        createField(DSL.name("backlog_key"), SQLDataType.CLOB);

    Data(Schema schema) {
      super(DSL.name("job_data"), schema);
    }
  }

  /** The headers of jobs, for searches. */
  public static final class Headers extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> name =
        createField(DSL.name("name"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> value =
        createField(DSL.name("value"), SQLDataType.CLOB.notNull());
    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());

    Headers(Schema schema) {
      super(DSL.name("job_headers"), schema);
    }
  }

  /** The jobs that wait or run. */
  public static final class Live extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobPriority> priority =
        createField(DSL.name("priority"), Tables.PRIORITY);
    public final TableField<Record, Instant> runAt =
        createField(DSL.name("run_at"), SQLDataType.INSTANT);
    public final TableField<Record, JobStatus> status =
        createField(DSL.name("status"), Tables.STATUS);
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);
    public final TableField<Record, Integer> attempts =
        createField(DSL.name("attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> crashes =
        createField(DSL.name("crashes"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> publishAt =
        createField(DSL.name("publish_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> messageId =
        createField(DSL.name("message_id"), SQLDataType.UUID);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB);
    public final TableField<Record, Short> progress =
        createField(DSL.name("progress"), SQLDataType.SMALLINT);
    public final TableField<Record, String> progressMessage =
        createField(DSL.name("progress_message"), SQLDataType.CLOB);
    public final TableField<Record, Instant> parkedAt =
        createField(DSL.name("parked_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> cancelRequestedAt =
        createField(DSL.name("cancel_requested_at"), SQLDataType.INSTANT);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), Tables.REASON);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, Integer> maxAttempts =
        createField(DSL.name("max_attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Long> retentionSeconds =
        createField(DSL.name("retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, Long> failedRetentionSeconds =
        createField(DSL.name("failed_retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, String> routingKey =
        createField(DSL.name("routing_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, String> schedule =
        createField(DSL.name("schedule"), SQLDataType.CLOB);
    public final TableField<Record, String> limitKey =
        createField(DSL.name("limit_key"), SQLDataType.CLOB);
    public final TableField<Record, Long> cost = createField(DSL.name("cost"), SQLDataType.BIGINT);
    public final TableField<Record, String> orderKey =
        createField(DSL.name("order_key"), SQLDataType.CLOB);
    public final TableField<Record, String> uniqueKey =
        createField(DSL.name("unique_key"), SQLDataType.CLOB);
    public final TableField<Record, UniqueScope> uniqueScope =
        createField(DSL.name("unique_scope"), Tables.UNIQUE_SCOPE);
    public final TableField<Record, Instant> uniqueUntil =
        createField(DSL.name("unique_until"), SQLDataType.INSTANT);
    public final TableField<Record, Boolean> isExternal =
        createField(DSL.name("is_external"), SQLDataType.BOOLEAN);
    public final TableField<Record, Integer> payloadBytes =
        createField(DSL.name("payload_bytes"), SQLDataType.INTEGER);
    public final TableField<Record, String> backlogKey =
        createField(DSL.name("backlog_key"), SQLDataType.CLOB);
    public final TableField<Record, Long> startWithinMillis =
        createField(DSL.name("start_within_millis"), SQLDataType.BIGINT);
    public final TableField<Record, Instant> startBefore =
        createField(DSL.name("start_before"), SQLDataType.INSTANT);

    Live(Schema schema) {
      super(DSL.name("live_jobs"), schema);
    }
  }

  /** The jobs that have ended, with their last attempts. */
  public static final class Ended extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, JobStatus> status =
        createField(DSL.name("status"), Tables.STATUS);
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);
    public final TableField<Record, Integer> attempts =
        createField(DSL.name("attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> crashes =
        createField(DSL.name("crashes"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> runAt =
        createField(DSL.name("run_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> finishedAt =
        createField(DSL.name("finished_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> deleteAt =
        createField(DSL.name("delete_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, String> submittedBy =
        createField(DSL.name("submitted_by"), SQLDataType.CLOB);
    public final TableField<Record, Instant> cancelRequestedAt =
        createField(DSL.name("cancel_requested_at"), SQLDataType.INSTANT);
    public final TableField<Record, Short> progress =
        createField(DSL.name("progress"), SQLDataType.SMALLINT);
    public final TableField<Record, String> progressMessage =
        createField(DSL.name("progress_message"), SQLDataType.CLOB);
    public final TableField<Record, JSON> result =
        createField(DSL.name("result"), SQLDataType.JSON);
    public final TableField<Record, Integer> resultVersion =
        createField(DSL.name("result_version"), SQLDataType.INTEGER);
    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, JobAttempt.Outcome> outcome =
        createField(DSL.name("outcome"), Tables.OUTCOME);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), Tables.REASON);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, String> stack =
        createField(DSL.name("stack"), SQLDataType.CLOB);
    public final TableField<Record, String> fingerprint =
        createField(DSL.name("fingerprint"), SQLDataType.CLOB);

    Ended(Schema schema) {
      super(DSL.name("ended_jobs"), schema);
    }
  }

  /** The states of all jobs, ended or not: a view, which can only be read. */
  public static final class States extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, JobStatus> status =
        createField(DSL.name("status"), Tables.STATUS);
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);
    public final TableField<Record, Integer> attempts =
        createField(DSL.name("attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> crashes =
        createField(DSL.name("crashes"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> runAt =
        createField(DSL.name("run_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> publishAt =
        createField(DSL.name("publish_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> messageId =
        createField(DSL.name("message_id"), SQLDataType.UUID);
    public final TableField<Record, Instant> parkedAt =
        createField(DSL.name("parked_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> finishedAt =
        createField(DSL.name("finished_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> deleteAt =
        createField(DSL.name("delete_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> cancelRequestedAt =
        createField(DSL.name("cancel_requested_at"), SQLDataType.INSTANT);
    public final TableField<Record, Short> progress =
        createField(DSL.name("progress"), SQLDataType.SMALLINT);
    public final TableField<Record, String> progressMessage =
        createField(DSL.name("progress_message"), SQLDataType.CLOB);
    public final TableField<Record, JSON> result =
        createField(DSL.name("result"), SQLDataType.JSON);
    public final TableField<Record, Integer> resultVersion =
        createField(DSL.name("result_version"), SQLDataType.INTEGER);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), Tables.REASON);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, Instant> startBefore =
        createField(DSL.name("start_before"), SQLDataType.INSTANT);

    States(Schema schema) {
      super(DSL.name("job_states"), schema);
    }
  }

  /** The attempts, without the last one of each ended job. */
  public static final class EarlierAttempts extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> jobId = createField(DSL.name("job_id"), SQLDataType.UUID);
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);
    public final TableField<Record, Integer> attempt =
        createField(DSL.name("attempt"), SQLDataType.INTEGER);
    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> finishedAt =
        createField(DSL.name("finished_at"), SQLDataType.INSTANT);
    public final TableField<Record, JobAttempt.Outcome> outcome =
        createField(DSL.name("outcome"), Tables.OUTCOME);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), Tables.REASON);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, String> stack =
        createField(DSL.name("stack"), SQLDataType.CLOB);
    public final TableField<Record, String> fingerprint =
        createField(DSL.name("fingerprint"), SQLDataType.CLOB);

    EarlierAttempts(Schema schema) {
      super(DSL.name("earlier_attempts"), schema);
    }
  }

  /** The unique keys that jobs have. */
  public static final class UniqueKeys extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> uniqueKey =
        createField(DSL.name("unique_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());
    public final TableField<Record, Instant> uniqueUntil =
        createField(DSL.name("unique_until"), SQLDataType.INSTANT);

    UniqueKeys(Schema schema) {
      super(DSL.name("unique_keys"), schema);
    }
  }

  /** The jobs of each claim. */
  public static final class Claims extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Instant> claimedAt =
        createField(DSL.name("claimed_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID[]> jobIds =
        createField(DSL.name("job_ids"), SQLDataType.UUID.getArrayDataType());

    Claims(Schema schema) {
      super(DSL.name("claims"), schema);
    }
  }

  /** The running jobs of types with limits. */
  public static final class LimitedRuns extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> limitKey =
        createField(DSL.name("limit_key"), SQLDataType.CLOB.notNull());
    public final TableField<Record, UUID> jobId =
        createField(DSL.name("job_id"), SQLDataType.UUID.notNull());

    LimitedRuns(Schema schema) {
      super(DSL.name("limited_runs"), schema);
    }
  }
}
