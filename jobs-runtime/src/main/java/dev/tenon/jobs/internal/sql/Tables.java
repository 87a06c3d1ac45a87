package dev.tenon.jobs.internal.sql;

import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobLogLevel;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.libraries.jooq.Converter;
import dev.tenon.jobs.libraries.jooq.DataType;
import dev.tenon.jobs.libraries.jooq.Field;
import dev.tenon.jobs.libraries.jooq.JSON;
import dev.tenon.jobs.libraries.jooq.JSONB;
import dev.tenon.jobs.libraries.jooq.Record;
import dev.tenon.jobs.libraries.jooq.Schema;
import dev.tenon.jobs.libraries.jooq.TableField;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.libraries.jooq.impl.SQLDataType;
import dev.tenon.jobs.libraries.jooq.impl.TableImpl;
import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The tables, typed: each field is a table, and each field of a table is the column of that name. A
 * test compares them with the tables that the migrations create, and {@code V1__tables.sql}
 * describes each column. Immutable and thread-safe.
 */
public final class Tables {

  /** A status, stored as its code. */
  public static final DataType<JobStatus> STATUS =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(String.class, JobStatus.class, JobStatus::ofCode, JobStatus::code));

  /** A priority, stored as its level. */
  public static final DataType<JobPriority> PRIORITY =
      SQLDataType.SMALLINT.asConvertedDataType(
          Converter.ofNullable(
              Short.class,
              JobPriority.class,
              level -> JobPriority.ofLevel(level),
              priority -> (short) priority.level()));

  /** The outcome of an attempt, stored as its code. */
  public static final DataType<JobAttempt.Outcome> OUTCOME =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class,
              JobAttempt.Outcome.class,
              JobAttempt.Outcome::ofCode,
              JobAttempt.Outcome::code));

  static final DataType<JobError.Reason> REASON =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, JobError.Reason.class, Tables::reason, JobError.Reason::code));

  /** The level of a line of a log, stored as its code. */
  public static final DataType<JobLogLevel> LEVEL =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, JobLogLevel.class, JobLogLevel::ofCode, JobLogLevel::code));

  /** The scope of a unique key, stored as its code. */
  public static final DataType<UniqueScope> UNIQUE_SCOPE =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, UniqueScope.class, UniqueScope::ofCode, UniqueScope::code));

  /** The rule of a schedule for runs that overlap, stored as its code. */
  public static final DataType<OverlapPolicy> OVERLAP =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class, OverlapPolicy.class, OverlapPolicy::ofCode, OverlapPolicy::code));

  static final DataType<JobOperation.Kind> OPERATION_KIND =
      SQLDataType.CLOB.asConvertedDataType(
          Converter.ofNullable(
              String.class,
              JobOperation.Kind.class,
              JobOperation.Kind::ofCode,
              JobOperation.Kind::code));

  public final Jobs jobs;
  public final JobTables.Data data;
  public final JobTables.Headers headers;
  public final JobTables.Live live;
  public final JobTables.Ended ended;
  public final JobTables.States states;
  public final JobTables.UniqueKeys uniqueKeys;
  public final JobTables.Claims claims;
  public final JobTables.LimitedRuns limitedRuns;
  public final JobTables.EarlierAttempts earlierAttempts;
  public final Attempts attempts;
  public final Logs logs;
  public final Workers workers;
  public final WorkerGrants workerGrants;
  public final Leaders leaders;
  public final SkippedJobs skippedJobs;
  public final Tasks tasks;
  public final Installation installation;
  public final JobTypes jobTypes;
  public final LimitedStarts limitedStarts;
  public final Schedules schedules;
  public final Workflows workflows;
  public final WorkflowTasks workflowTasks;
  public final WorkflowEdges workflowEdges;
  public final WorkflowChanges workflowChanges;
  public final Operations operations;
  public final MonitorTables.Statistics statistics;
  public final MonitorTables.Failures failures;
  public final MonitorTables.StatisticsState statisticsState;
  public final MonitorTables.Audit audit;
  public final StepTables.Steps steps;
  public final StepTables.Signals signals;
  public final StepTables.Cursors cursors;
  public final LineTables.Lines lines;
  public final LineTables.LinesToAdvance linesToAdvance;

  /** Converts codes; a newer version may have stored one that this version does not know. */
  private static JobError.Reason reason(String code) {
    return Arrays.stream(JobError.Reason.values())
        .filter(reason -> reason.code().equals(code))
        .findFirst()
        .orElse(JobError.Reason.OTHER);
  }

  /**
   * The tables in a schema.
   *
   * @param schemaName the name of the schema, such as {@code tenon}
   */
  public Tables(String schemaName) {
    Schema schema = DSL.schema(DSL.name(schemaName));
    jobs = new Jobs(schema);
    data = new JobTables.Data(schema);
    headers = new JobTables.Headers(schema);
    live = new JobTables.Live(schema);
    ended = new JobTables.Ended(schema);
    states = new JobTables.States(schema);
    uniqueKeys = new JobTables.UniqueKeys(schema);
    claims = new JobTables.Claims(schema);
    limitedRuns = new JobTables.LimitedRuns(schema);
    earlierAttempts = new JobTables.EarlierAttempts(schema);
    attempts = new Attempts(schema);
    logs = new Logs(schema);
    workers = new Workers(schema);
    workerGrants = new WorkerGrants(schema);
    leaders = new Leaders(schema);
    skippedJobs = new SkippedJobs(schema);
    tasks = new Tasks(schema);
    installation = new Installation(schema);
    jobTypes = new JobTypes(schema);
    limitedStarts = new LimitedStarts(schema);
    schedules = new Schedules(schema);
    workflows = new Workflows(schema);
    workflowTasks = new WorkflowTasks(schema);
    workflowEdges = new WorkflowEdges(schema);
    workflowChanges = new WorkflowChanges(schema);
    operations = new Operations(schema);
    statistics = new MonitorTables.Statistics(schema);
    failures = new MonitorTables.Failures(schema);
    statisticsState = new MonitorTables.StatisticsState(schema);
    audit = new MonitorTables.Audit(schema);
    steps = new StepTables.Steps(schema);
    signals = new StepTables.Signals(schema);
    cursors = new StepTables.Cursors(schema);
    lines = new LineTables.Lines(schema);
    linesToAdvance = new LineTables.LinesToAdvance(schema);
  }

  /** All of them. */
  public List<TableImpl<Record>> all() {
    return List.of(
        jobs,
        data,
        live,
        ended,
        states,
        headers,
        uniqueKeys,
        claims,
        limitedRuns,
        earlierAttempts,
        attempts,
        logs,
        workers,
        workerGrants,
        leaders,
        skippedJobs,
        tasks,
        installation,
        jobTypes,
        limitedStarts,
        schedules,
        workflows,
        workflowTasks,
        workflowEdges,
        workflowChanges,
        operations,
        statistics,
        failures,
        statisticsState,
        audit,
        steps,
        signals,
        cursors,
        lines,
        linesToAdvance);
  }

  /** All jobs: a view, which can only be read, and whose rows cannot be locked. */
  public static final class Jobs extends JobTables.OfSubmit {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, JobStatus> status = createField(DSL.name("status"), STATUS);
    public final TableField<Record, JSON> result =
        createField(DSL.name("result"), SQLDataType.JSON);
    public final TableField<Record, Instant> runAt =
        createField(DSL.name("run_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> publishAt =
        createField(DSL.name("publish_at"), SQLDataType.INSTANT);
    public final TableField<Record, Integer> attempts =
        createField(DSL.name("attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> crashes =
        createField(DSL.name("crashes"), SQLDataType.INTEGER);
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);
    public final TableField<Record, String> workerId =
        createField(DSL.name("worker_id"), SQLDataType.CLOB);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> finishedAt =
        createField(DSL.name("finished_at"), SQLDataType.INSTANT);
    public final TableField<Record, Short> progress =
        createField(DSL.name("progress"), SQLDataType.SMALLINT);
    public final TableField<Record, String> progressMessage =
        createField(DSL.name("progress_message"), SQLDataType.CLOB);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, Instant> deleteAt =
        createField(DSL.name("delete_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> cancelRequestedAt =
        createField(DSL.name("cancel_requested_at"), SQLDataType.INSTANT);
    public final TableField<Record, Integer> resultVersion =
        createField(DSL.name("result_version"), SQLDataType.INTEGER);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), REASON);
    public final TableField<Record, Instant> parkedAt =
        createField(DSL.name("parked_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> messageId =
        createField(DSL.name("message_id"), SQLDataType.UUID);

    private Jobs(Schema schema) {
      super(DSL.name("jobs"), schema);
    }
  }

  /** All attempts that have ended: a view, like that of the jobs. */
  public static final class Attempts extends TableImpl<Record> {
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
        createField(DSL.name("outcome"), OUTCOME);
    public final TableField<Record, String> errorClass =
        createField(DSL.name("error_class"), SQLDataType.CLOB);
    public final TableField<Record, String> errorMessage =
        createField(DSL.name("error_message"), SQLDataType.CLOB);
    public final TableField<Record, String> stack =
        createField(DSL.name("stack"), SQLDataType.CLOB);
    public final TableField<Record, String> fingerprint =
        createField(DSL.name("fingerprint"), SQLDataType.CLOB);
    public final TableField<Record, JobError.Reason> errorReason =
        createField(DSL.name("error_reason"), REASON);

    private Attempts(Schema schema) {
      super(DSL.name("job_attempts"), schema);
    }
  }

  /** The lines of the jobs' logs. */
  public static final class Logs extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> id = createField(DSL.name("id"), SQLDataType.BIGINT);
    public final TableField<Record, UUID> jobId = createField(DSL.name("job_id"), SQLDataType.UUID);
    public final TableField<Record, Integer> attempt =
        createField(DSL.name("attempt"), SQLDataType.INTEGER);
    public final TableField<Record, JobLogLevel> level = createField(DSL.name("level"), LEVEL);
    public final TableField<Record, String> message =
        createField(DSL.name("message"), SQLDataType.CLOB);
    public final TableField<Record, JSON> data = createField(DSL.name("data"), SQLDataType.JSON);
    public final TableField<Record, Instant> loggedAt =
        createField(DSL.name("logged_at"), SQLDataType.INSTANT);

    /** The version of the type that an emitted value was written for; null for a line. */
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER);

    /** The lease of the run that emitted a value; null for a line. */
    public final TableField<Record, Long> lease =
        createField(DSL.name("lease"), SQLDataType.BIGINT);

    /** The number of an emitted value among those of its run; null for a line. */
    public final TableField<Record, Integer> number =
        createField(DSL.name("number"), SQLDataType.INTEGER);

    private Logs(Schema schema) {
      super(DSL.name("job_logs"), schema);
    }
  }

  /** The workers and their heartbeats. */
  public static final class Workers extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> id = createField(DSL.name("id"), SQLDataType.CLOB);
    public final TableField<Record, String> host = createField(DSL.name("host"), SQLDataType.CLOB);
    public final TableField<Record, Long> processId =
        createField(DSL.name("process_id"), SQLDataType.BIGINT);
    public final TableField<Record, Integer> concurrency =
        createField(DSL.name("concurrency"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> startedAt =
        createField(DSL.name("started_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> heartbeatAt =
        createField(DSL.name("heartbeat_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> role = createField(DSL.name("role"), SQLDataType.CLOB);
    public final TableField<Record, String[]> types =
        createField(DSL.name("types"), SQLDataType.CLOB.array());
    public final TableField<Record, Integer[]> versions =
        createField(DSL.name("versions"), SQLDataType.INTEGER.array());
    public final TableField<Record, UUID> process =
        createField(DSL.name("process"), SQLDataType.UUID);
    public final TableField<Record, Instant> quietedAt =
        createField(DSL.name("quieted_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> drainedAt =
        createField(DSL.name("drained_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> module =
        createField(DSL.name("module"), SQLDataType.CLOB);
    public final TableField<Record, String> applicationVersion =
        createField(DSL.name("application_version"), SQLDataType.CLOB);
    public final TableField<Record, JSON> build = createField(DSL.name("build"), SQLDataType.JSON);
    public final TableField<Record, Long> sessionKey =
        createField(DSL.name("session_key"), SQLDataType.BIGINT);
    public final TableField<Record, String> livenessPort =
        createField(DSL.name("liveness_port"), SQLDataType.CLOB);

    private Workers(Schema schema) {
      super(DSL.name("workers"), schema);
    }

    /** All columns except the description of the build, which is large and rarely needed. */
    public List<Field<?>> withoutBuild() {
      return Arrays.stream(fields())
          .<Field<?>>map(field -> field)
          .filter(field -> !field.equals(build))
          .toList();
    }
  }

  /** The types that workers in other languages may claim. */
  public static final class WorkerGrants extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> role =
        createField(DSL.name("role"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());

    private WorkerGrants(Schema schema) {
      super(DSL.name("worker_grants"), schema);
    }
  }

  /** The tasks of the leader, and when it last ran them. */
  public static final class Tasks extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> name = createField(DSL.name("name"), SQLDataType.CLOB);
    public final TableField<Record, Long> intervalMillis =
        createField(DSL.name("interval_millis"), SQLDataType.BIGINT);
    public final TableField<Record, Instant> lastRunAt =
        createField(DSL.name("last_run_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> lastError =
        createField(DSL.name("last_error"), SQLDataType.CLOB);

    private Tasks(Schema schema) {
      super(DSL.name("maintenance_tasks"), schema);
    }
  }

  /** The identity of the installation. */
  public static final class Installation extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, Integer> auditDays =
        createField(DSL.name("audit_days"), SQLDataType.INTEGER);

    private Installation(Schema schema) {
      super(DSL.name("installation"), schema);
    }
  }

  /** The settings for all jobs of a type. */
  public static final class JobTypes extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> type = createField(DSL.name("type"), SQLDataType.CLOB);
    public final TableField<Record, String[]> aliases =
        createField(DSL.name("aliases"), SQLDataType.CLOB.array());
    public final TableField<Record, Integer> maxConcurrent =
        createField(DSL.name("max_concurrent"), SQLDataType.INTEGER);
    public final TableField<Record, String> rates =
        createField(DSL.name("rates"), SQLDataType.CLOB);
    public final TableField<Record, Integer> maxConcurrentPerKey =
        createField(DSL.name("max_concurrent_per_key"), SQLDataType.INTEGER);
    public final TableField<Record, String> ratesPerKey =
        createField(DSL.name("rates_per_key"), SQLDataType.CLOB);
    public final TableField<Record, String> limitBy =
        createField(DSL.name("limit_by"), SQLDataType.CLOB);
    public final TableField<Record, String> costBy =
        createField(DSL.name("cost_by"), SQLDataType.CLOB);
    public final TableField<Record, String> orderBy =
        createField(DSL.name("order_by"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> letsPass =
        createField(DSL.name("lets_pass"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> uniqueBy =
        createField(DSL.name("unique_by"), SQLDataType.CLOB);
    public final TableField<Record, Integer> overrideMaxConcurrent =
        createField(DSL.name("override_max_concurrent"), SQLDataType.INTEGER);
    public final TableField<Record, String> overrideRates =
        createField(DSL.name("override_rates"), SQLDataType.CLOB);
    public final TableField<Record, Integer> overrideMaxConcurrentPerKey =
        createField(DSL.name("override_max_concurrent_per_key"), SQLDataType.INTEGER);
    public final TableField<Record, String> overrideRatesPerKey =
        createField(DSL.name("override_rates_per_key"), SQLDataType.CLOB);
    public final TableField<Record, JobPriority> overridePriority =
        createField(DSL.name("override_priority"), PRIORITY);
    public final TableField<Record, Integer> overrideMaxAttempts =
        createField(DSL.name("override_max_attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> overrideMaxWaiting =
        createField(DSL.name("override_max_waiting"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> maxWaiting =
        createField(DSL.name("max_waiting"), SQLDataType.INTEGER);
    public final TableField<Record, String> waitingBy =
        createField(DSL.name("waiting_by"), SQLDataType.CLOB);
    public final TableField<Record, String> whenFull =
        createField(DSL.name("when_full"), SQLDataType.CLOB);
    public final TableField<Record, Instant> overriddenAt =
        createField(DSL.name("overridden_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> overriddenBy =
        createField(DSL.name("overridden_by"), SQLDataType.CLOB);
    public final TableField<Record, String> overrideReason =
        createField(DSL.name("override_reason"), SQLDataType.CLOB);
    public final TableField<Record, Instant> pausedAt =
        createField(DSL.name("paused_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> pausedBy =
        createField(DSL.name("paused_by"), SQLDataType.CLOB);
    public final TableField<Record, String> pauseReason =
        createField(DSL.name("pause_reason"), SQLDataType.CLOB);
    public final TableField<Record, JSONB> keyWeights =
        createField(DSL.name("key_weights"), SQLDataType.JSONB);
    public final TableField<Record, String> lastKey =
        createField(DSL.name("last_key"), SQLDataType.CLOB);
    public final TableField<Record, Integer> turnLeft =
        createField(DSL.name("turn_left"), SQLDataType.INTEGER);
    public final TableField<Record, JobPriority> priority =
        createField(DSL.name("priority"), PRIORITY);
    public final TableField<Record, Integer> maxAttempts =
        createField(DSL.name("max_attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Boolean> isLimited =
        createField(DSL.name("is_limited"), SQLDataType.BOOLEAN);
    public final TableField<Record, JSONB> sensitive =
        createField(DSL.name("sensitive"), SQLDataType.JSONB.notNull());
    public final TableField<Record, String[]> signals =
        createField(DSL.name("signals"), SQLDataType.CLOB.array());
    public final TableField<Record, Integer> signalsVersion =
        createField(DSL.name("signals_version"), SQLDataType.INTEGER.notNull());
    public final TableField<Record, JSONB> sensitiveSteps =
        createField(DSL.name("sensitive_steps"), SQLDataType.JSONB.notNull());

    public final TableField<Record, JSONB> queues =
        createField(DSL.name("queues"), SQLDataType.JSONB.notNull());
    public final TableField<Record, JSONB> submission =
        createField(DSL.name("submission"), SQLDataType.JSONB);

    private JobTypes(Schema schema) {
      super(DSL.name("job_types"), schema);
    }
  }

  /** The starts that count for rates. */
  public static final class LimitedStarts extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> type = createField(DSL.name("type"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> ofKey =
        createField(DSL.name("of_key"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> limitKey =
        createField(DSL.name("limit_key"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> ofCosts =
        createField(DSL.name("of_costs"), SQLDataType.BOOLEAN);
    public final TableField<Record, Integer> seconds =
        createField(DSL.name("seconds"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> expiresAt =
        createField(DSL.name("expires_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> lastAt =
        createField(DSL.name("last_at"), SQLDataType.INSTANT);
    public final TableField<Record, Long> units =
        createField(DSL.name("units"), SQLDataType.BIGINT);

    private LimitedStarts(Schema schema) {
      super(DSL.name("limited_starts"), schema);
    }
  }

  /** The schedules, which submit jobs automatically. */
  public static final class Schedules extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> name =
        createField(DSL.name("name"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Boolean> declared =
        createField(DSL.name("declared"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> type =
        createField(DSL.name("type"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER);
    public final TableField<Record, String> routingKey =
        createField(DSL.name("routing_key"), SQLDataType.CLOB);
    public final TableField<Record, JobPriority> priority =
        createField(DSL.name("priority"), PRIORITY);
    public final TableField<Record, Boolean> hasOwnPriority =
        createField(DSL.name("has_own_priority"), SQLDataType.BOOLEAN);
    public final TableField<Record, JSON> payload =
        createField(DSL.name("payload"), SQLDataType.JSON);
    public final TableField<Record, String> itemId =
        createField(DSL.name("item_id"), SQLDataType.CLOB);
    public final TableField<Record, String> submittedBy =
        createField(DSL.name("submitted_by"), SQLDataType.CLOB);
    public final TableField<Record, Integer> maxAttempts =
        createField(DSL.name("max_attempts"), SQLDataType.INTEGER);
    public final TableField<Record, Long> retentionSeconds =
        createField(DSL.name("retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, Long> failedRetentionSeconds =
        createField(DSL.name("failed_retention_seconds"), SQLDataType.BIGINT);
    public final TableField<Record, JSON> externalPolicy =
        createField(DSL.name("external_policy"), SQLDataType.JSON);
    public final TableField<Record, String> limitKey =
        createField(DSL.name("limit_key"), SQLDataType.CLOB);
    public final TableField<Record, Long> cost = createField(DSL.name("cost"), SQLDataType.BIGINT);
    public final TableField<Record, JSONB> headers =
        createField(DSL.name("headers"), SQLDataType.JSONB);
    public final TableField<Record, Long> startWithinMillis =
        createField(DSL.name("start_within_millis"), SQLDataType.BIGINT);
    public final TableField<Record, String> orderKey =
        createField(DSL.name("order_key"), SQLDataType.CLOB);
    public final TableField<Record, String> backlogKey =
        createField(DSL.name("backlog_key"), SQLDataType.CLOB);
    public final TableField<Record, String> cron = createField(DSL.name("cron"), SQLDataType.CLOB);
    public final TableField<Record, String> zone = createField(DSL.name("zone"), SQLDataType.CLOB);
    public final TableField<Record, Long> delayMillis =
        createField(DSL.name("delay_millis"), SQLDataType.BIGINT);
    public final TableField<Record, OverlapPolicy> overlap =
        createField(DSL.name("overlap"), OVERLAP);
    public final TableField<Record, Long> catchUpMillis =
        createField(DSL.name("catch_up_millis"), SQLDataType.BIGINT);
    public final TableField<Record, Long> jitterMillis =
        createField(DSL.name("jitter_millis"), SQLDataType.BIGINT);
    public final TableField<Record, Instant> endsAt =
        createField(DSL.name("ends_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> nextRunAt =
        createField(DSL.name("next_run_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> awaitedJobId =
        createField(DSL.name("awaited_job_id"), SQLDataType.UUID);
    public final TableField<Record, Instant> waitingRunAt =
        createField(DSL.name("waiting_run_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> lastRunAt =
        createField(DSL.name("last_run_at"), SQLDataType.INSTANT);
    public final TableField<Record, UUID> lastJobId =
        createField(DSL.name("last_job_id"), SQLDataType.UUID);
    public final TableField<Record, Instant> leftOutAt =
        createField(DSL.name("left_out_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> error =
        createField(DSL.name("error"), SQLDataType.CLOB);
    public final TableField<Record, Instant> pausedAt =
        createField(DSL.name("paused_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> pausedBy =
        createField(DSL.name("paused_by"), SQLDataType.CLOB);
    public final TableField<Record, String> pauseReason =
        createField(DSL.name("pause_reason"), SQLDataType.CLOB);
    public final TableField<Record, Instant> withdrawnAt =
        createField(DSL.name("withdrawn_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> createdAt =
        createField(DSL.name("created_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> createdBy =
        createField(DSL.name("created_by"), SQLDataType.CLOB);
    public final TableField<Record, Instant> changedAt =
        createField(DSL.name("changed_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> changedBy =
        createField(DSL.name("changed_by"), SQLDataType.CLOB);

    private Schedules(Schema schema) {
      super(DSL.name("job_schedules"), schema);
    }
  }

  /** Jobs that pointers named, and whose rows somebody had locked. */
  public static final class SkippedJobs extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> id = createField(DSL.name("id"), SQLDataType.BIGINT);
    public final TableField<Record, UUID> jobId = createField(DSL.name("job_id"), SQLDataType.UUID);
    public final TableField<Record, Instant> notedAt =
        createField(DSL.name("noted_at"), SQLDataType.INSTANT);

    private SkippedJobs(Schema schema) {
      super(DSL.name("skipped_jobs"), schema);
    }
  }

  /** The current leader, which does maintenance. */
  public static final class Leaders extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, String> name = createField(DSL.name("name"), SQLDataType.CLOB);
    public final TableField<Record, String> holder =
        createField(DSL.name("holder"), SQLDataType.CLOB);
    public final TableField<Record, Long> token =
        createField(DSL.name("token"), SQLDataType.BIGINT);
    public final TableField<Record, Instant> expiresAt =
        createField(DSL.name("expires_at"), SQLDataType.INSTANT);
    public final TableField<Record, Long> sessionKey =
        createField(DSL.name("session_key"), SQLDataType.BIGINT);
    public final TableField<Record, String> livenessPort =
        createField(DSL.name("liveness_port"), SQLDataType.CLOB);

    private Leaders(Schema schema) {
      super(DSL.name("leaders"), schema);
    }
  }

  /** Jobs that belong together. */
  public static final class Workflows extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id = createField(DSL.name("id"), SQLDataType.UUID);
    public final TableField<Record, String> name = createField(DSL.name("name"), SQLDataType.CLOB);
    public final TableField<Record, UUID> parentId =
        createField(DSL.name("parent_id"), SQLDataType.UUID);
    public final TableField<Record, String> submittedBy =
        createField(DSL.name("submitted_by"), SQLDataType.CLOB);
    public final TableField<Record, Instant> submittedAt =
        createField(DSL.name("submitted_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> uniqueKey =
        createField(DSL.name("unique_key"), SQLDataType.CLOB);
    public final TableField<Record, String> uniqueScope =
        createField(DSL.name("unique_scope"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> hasKey =
        createField(DSL.name("has_key"), SQLDataType.BOOLEAN);
    public final TableField<Record, JSONB> headers =
        createField(DSL.name("headers"), SQLDataType.JSONB);
    public final TableField<Record, Boolean> isOpen =
        createField(DSL.name("is_open"), SQLDataType.BOOLEAN);
    public final TableField<Record, Integer> members =
        createField(DSL.name("members"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> unsettled =
        createField(DSL.name("unsettled"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> unattempted =
        createField(DSL.name("unattempted"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> completed =
        createField(DSL.name("completed"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> failed =
        createField(DSL.name("failed"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> cancelled =
        createField(DSL.name("cancelled"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> skipped =
        createField(DSL.name("skipped"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> newFailures =
        createField(DSL.name("new_failures"), SQLDataType.INTEGER);
    public final TableField<Record, Boolean> isAttempted =
        createField(DSL.name("is_attempted"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> outcome =
        createField(DSL.name("outcome"), SQLDataType.CLOB);
    public final TableField<Record, Instant> settledAt =
        createField(DSL.name("settled_at"), SQLDataType.INSTANT);
    public final TableField<Record, Integer> openFollowUps =
        createField(DSL.name("open_follow_ups"), SQLDataType.INTEGER);
    public final TableField<Record, Instant> pausedAt =
        createField(DSL.name("paused_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> pausedBy =
        createField(DSL.name("paused_by"), SQLDataType.CLOB);
    public final TableField<Record, String> pauseReason =
        createField(DSL.name("pause_reason"), SQLDataType.CLOB);
    public final TableField<Record, Instant> keptUntil =
        createField(DSL.name("kept_until"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> deleteAt =
        createField(DSL.name("delete_at"), SQLDataType.INSTANT);

    private Workflows(Schema schema) {
      super(DSL.name("workflows"), schema);
    }
  }

  /**
   * The tasks of workflows: jobs that wait for others, or have a payload that is made from their
   * results.
   */
  public static final class WorkflowTasks extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id = createField(DSL.name("id"), SQLDataType.UUID);
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, Boolean> isFollowUp =
        createField(DSL.name("is_follow_up"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> type = createField(DSL.name("type"), SQLDataType.CLOB);
    public final TableField<Record, Integer> waitsFor =
        createField(DSL.name("waits_for"), SQLDataType.INTEGER);
    public final TableField<Record, Integer> broken =
        createField(DSL.name("broken"), SQLDataType.INTEGER);
    public final TableField<Record, Boolean> isReleased =
        createField(DSL.name("is_released"), SQLDataType.BOOLEAN);
    public final TableField<Record, Boolean> isStopped =
        createField(DSL.name("is_stopped"), SQLDataType.BOOLEAN);
    public final TableField<Record, Long> delayMillis =
        createField(DSL.name("delay_millis"), SQLDataType.BIGINT);
    public final TableField<Record, String> input =
        createField(DSL.name("input"), SQLDataType.CLOB);
    public final TableField<Record, Boolean> isForEach =
        createField(DSL.name("is_for_each"), SQLDataType.BOOLEAN);
    public final TableField<Record, JSON> draft = createField(DSL.name("draft"), SQLDataType.JSON);
    public final TableField<Record, Integer> version =
        createField(DSL.name("version"), SQLDataType.INTEGER);
    public final TableField<Record, String> itemId =
        createField(DSL.name("item_id"), SQLDataType.CLOB);
    public final TableField<Record, JobPriority> priority =
        createField(DSL.name("priority"), PRIORITY);
    public final TableField<Record, Long> startWithinMillis =
        createField(DSL.name("start_within_millis"), SQLDataType.BIGINT);
    public final TableField<Record, Instant> startBefore =
        createField(DSL.name("start_before"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> prepareAt =
        createField(DSL.name("prepare_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> error =
        createField(DSL.name("error"), SQLDataType.CLOB);

    private WorkflowTasks(Schema schema) {
      super(DSL.name("workflow_tasks"), schema);
    }
  }

  /** The dependencies of tasks. */
  public static final class WorkflowEdges extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> predecessor =
        createField(DSL.name("predecessor"), SQLDataType.UUID);
    public final TableField<Record, UUID> successor =
        createField(DSL.name("successor"), SQLDataType.UUID);
    public final TableField<Record, String> condition =
        createField(DSL.name("condition"), SQLDataType.CLOB);
    public final TableField<Record, Short> position =
        createField(DSL.name("position"), SQLDataType.SMALLINT);
    public final TableField<Record, Boolean> leadsOut =
        createField(DSL.name("leads_out"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> state =
        createField(DSL.name("state"), SQLDataType.CLOB);

    private WorkflowEdges(Schema schema) {
      super(DSL.name("workflow_edges"), schema);
    }
  }

  /** The changes of running transactions. */
  public static final class WorkflowChanges extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, Long> transaction =
        createField(DSL.name("transaction"), SQLDataType.BIGINT);
    public final TableField<Record, UUID> workflowId =
        createField(DSL.name("workflow_id"), SQLDataType.UUID);
    public final TableField<Record, UUID> id = createField(DSL.name("id"), SQLDataType.UUID);
    public final TableField<Record, Boolean> isMember =
        createField(DSL.name("is_member"), SQLDataType.BOOLEAN);
    public final TableField<Record, String> was = createField(DSL.name("was"), SQLDataType.CLOB);
    public final TableField<Record, String> becomes =
        createField(DSL.name("becomes"), SQLDataType.CLOB);
    public final TableField<Record, Integer> attempted =
        createField(DSL.name("attempted"), SQLDataType.INTEGER);
    public final TableField<Record, Boolean> hasFailed =
        createField(DSL.name("has_failed"), SQLDataType.BOOLEAN);
    public final TableField<Record, Boolean> isRetried =
        createField(DSL.name("is_retried"), SQLDataType.BOOLEAN);
    public final TableField<Record, Instant> deleteAt =
        createField(DSL.name("delete_at"), SQLDataType.INSTANT);
    public final TableField<Record, Boolean> isFirst =
        createField(DSL.name("is_first"), SQLDataType.BOOLEAN);

    private WorkflowChanges(Schema schema) {
      super(DSL.name("workflow_changes"), schema);
    }
  }

  /** The changes that operators make to many jobs together. */
  public static final class Operations extends TableImpl<Record> {
    private static final long serialVersionUID = 1L;

    public final TableField<Record, UUID> id =
        createField(DSL.name("id"), SQLDataType.UUID.notNull());
    public final TableField<Record, JobOperation.Kind> kind =
        createField(DSL.name("kind"), OPERATION_KIND);
    public final TableField<Record, String> target =
        createField(DSL.name("target"), SQLDataType.CLOB);
    public final TableField<Record, String> query =
        createField(DSL.name("query"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> begunBy =
        createField(DSL.name("begun_by"), SQLDataType.CLOB.notNull());
    public final TableField<Record, String> reason =
        createField(DSL.name("reason"), SQLDataType.CLOB.notNull());
    public final TableField<Record, Instant> beganAt =
        createField(DSL.name("began_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> updatedAt =
        createField(DSL.name("updated_at"), SQLDataType.INSTANT);
    public final TableField<Record, Instant> endedAt =
        createField(DSL.name("ended_at"), SQLDataType.INSTANT);
    public final TableField<Record, String> error =
        createField(DSL.name("error"), SQLDataType.CLOB);
    public final TableField<Record, Long> matched =
        createField(DSL.name("matched"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> changed =
        createField(DSL.name("changed"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> askedToStop =
        createField(DSL.name("asked_to_stop"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> skipped =
        createField(DSL.name("skipped"), SQLDataType.BIGINT.notNull());
    public final TableField<Record, Long> locked =
        createField(DSL.name("locked"), SQLDataType.BIGINT.notNull());

    private Operations(Schema schema) {
      super(DSL.name("job_operations"), schema);
    }
  }
}
