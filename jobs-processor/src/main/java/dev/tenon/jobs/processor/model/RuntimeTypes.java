package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.CheckedBy;
import dev.tenon.jobs.annotation.Description;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.GeneratedJobModule;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.RetryOrder;
import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Signal;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import dev.tenon.jobs.annotation.UniqueScope;
import dev.tenon.jobs.annotation.Upcaster;
import dev.tenon.jobs.annotation.WhenFull;

/**
 * The types that generated code uses. Those of the runtime are referred to by name, because the
 * processor does not depend on it; a test compares each with the real class.
 */
public final class RuntimeTypes {

  private static final String ROOT = "dev.tenon.jobs";
  private static final String DEFINITION = "dev.tenon.jobs.definition";

  /** {@code @JobType}. */
  public static final ClassName JOB_TYPE = ClassName.get(JobType.class);

  /** {@code @Signal}. */
  public static final ClassName SIGNAL = ClassName.get(Signal.class);

  /** {@code @Batch}. */
  public static final ClassName BATCH = ClassName.get(Batch.class);

  /** {@code @Step}. */
  public static final ClassName STEP = ClassName.get(Step.class);

  /** {@code @StepKey}. */
  public static final ClassName STEP_KEY = ClassName.get(StepKey.class);

  /** {@code @InDoubt}. */
  public static final ClassName IN_DOUBT = ClassName.get(InDoubt.class);

  /** {@code @Awaits}. */
  public static final ClassName AWAITS = ClassName.get(Awaits.class);

  /** {@code @Sleeps}. */
  public static final ClassName SLEEPS = ClassName.get(Sleeps.class);

  /** {@code @ResumesFrom}. */
  public static final ClassName RESUMES_FROM = ClassName.get(ResumesFrom.class);

  /** {@code @JobModule}. */
  public static final ClassName JOB_MODULE_ANNOTATION = ClassName.get(JobModule.class);

  /** {@code @Description}. */
  public static final ClassName DESCRIPTION = ClassName.get(Description.class);

  /** {@code @GeneratedJobModule}. */
  public static final ClassName GENERATED_JOB_MODULE = ClassName.get(GeneratedJobModule.class);

  /** {@code @Upcaster}. */
  public static final ClassName UPCASTER_ANNOTATION = ClassName.get(Upcaster.class);

  /** {@code @FromResults}. */
  public static final ClassName FROM_RESULTS = ClassName.get(FromResults.class);

  /** {@code @CheckedBy}. */
  public static final ClassName CHECKED_BY = ClassName.get(CheckedBy.class);

  /** {@code @Sensitive}. */
  public static final ClassName SENSITIVE = ClassName.get(Sensitive.class);

  /** The priority of a job. */
  public static final ClassName JOB_PRIORITY = ClassName.get(JobPriority.class);

  /** The methods that generated validators call for everything that is more than a comparison. */
  public static final ClassName CONSTRAINTS = ClassName.get(DEFINITION, "Constraints");

  /** The definition of a job type. */
  public static final ClassName JOB_DEFINITION = ClassName.get(DEFINITION, "JobDefinition");

  /** Writes and reads values of one type as JSON. */
  public static final ClassName JSON_CODEC = ClassName.get(DEFINITION, "JsonCodec");

  /** The codecs of the parts of payloads and results. */
  public static final ClassName JSON_CODECS = ClassName.get(DEFINITION, "JsonCodecs");

  /** A codec of values that can be keys of a map. */
  public static final ClassName JSON_KEY_CODEC = ClassName.get(DEFINITION, "JsonKeyCodec");

  /** The definition of a signal. */
  public static final ClassName SIGNAL_DEFINITION = ClassName.get(DEFINITION, "SignalDefinition");

  /** The definition of a value that is kept with a job. */
  public static final ClassName VALUE_DEFINITION = ClassName.get(DEFINITION, "ValueDefinition");

  /** A step of a handler. */
  public static final ClassName STEP_DEFINITION = ClassName.get(DEFINITION, "StepDefinition");

  /** A wait of a handler. */
  public static final ClassName WAIT_DEFINITION = ClassName.get(DEFINITION, "WaitDefinition");

  /** Everything of a handler that is kept with its jobs. */
  public static final ClassName STEPS_DEFINITION = ClassName.get(DEFINITION, "StepsDefinition");

  /** Runs the steps of one attempt. */
  public static final ClassName STEP_EXECUTOR = ClassName.get(DEFINITION, "StepExecutor");

  /** The context of a step. */
  public static final ClassName STEP_CONTEXT = ClassName.get(ROOT + ".durable", "StepContext");

  /** The answer for a step in doubt. */
  public static final ClassName RESOLUTION = ClassName.get(ROOT + ".durable", "Resolution");

  /** The error that ends the attempt of a job that has to wait. */
  public static final ClassName JOB_SUSPENDED =
      ClassName.get(ROOT + ".durable", "JobSuspendedError");

  /** The exception that says that the database cannot be read or written. */
  public static final ClassName JOB_STORE_EXCEPTION = ClassName.get(ROOT, "JobStoreException");

  /** The context of an attempt. */
  public static final ClassName JOB_CONTEXT = ClassName.get(ROOT, "JobContext");

  /** The reader of JSON. */
  public static final ClassName JSON_READER = ClassName.get(DEFINITION, "JsonReader");

  /** The writer of JSON. */
  public static final ClassName JSON_WRITER = ClassName.get(DEFINITION, "JsonWriter");

  /** The registry of a compilation. */
  public static final ClassName MODULE_DEFINITION = ClassName.get(DEFINITION, "ModuleDefinition");

  /** The policy for runs of a schedule that would overlap. */
  public static final ClassName OVERLAP_POLICY = ClassName.get(OverlapPolicy.class);

  /** The policy for a submit that duplicates a unique job. */
  public static final ClassName DUPLICATE_POLICY = ClassName.get(DuplicatePolicy.class);

  /** The scope that says how long a job keeps out others like it. */
  public static final ClassName UNIQUE_SCOPE = ClassName.get(UniqueScope.class);

  /** A schedule that submits jobs at the times of a cron expression. */
  public static final ClassName CRON_SCHEDULE = ClassName.get(DEFINITION, "CronSchedule");

  /** A schedule that submits each job a fixed delay after the end of the previous one. */
  public static final ClassName FIXED_DELAY_SCHEDULE =
      ClassName.get(DEFINITION, "FixedDelaySchedule");

  /** The limits on how many jobs run at a time, and the rates of their starts. */
  public static final ClassName JOB_LIMITS = ClassName.get(DEFINITION, "JobLimits");

  /** The rate of starts. */
  public static final ClassName RATE = ClassName.get(DEFINITION, "Rate");

  /** The way a payload is made from the results of earlier tasks. */
  public static final ClassName TASK_INPUT = ClassName.get(DEFINITION, "TaskInput");

  /** The bound on how many jobs may wait. */
  public static final ClassName BACKLOG_RULE = ClassName.get(DEFINITION, "BacklogRule");

  /** The policy for a submit when as many jobs wait as may. */
  public static final ClassName WHEN_FULL = ClassName.get(WhenFull.class);

  /** The rule that makes a job unique. */
  public static final ClassName UNIQUE_RULE = ClassName.get(DEFINITION, "UniqueRule");

  /** The form of a value that keys are made of. */
  public static final ClassName KEY_FORM = ClassName.get(DEFINITION, "KeyForm");

  /** The rule that makes jobs run one after another. */
  public static final ClassName ORDER_RULE = ClassName.get(DEFINITION, "OrderRule");

  /** The choice for jobs of a line that wait for their next attempt. */
  public static final ClassName RETRY_ORDER = ClassName.get(RetryOrder.class);

  /** The policy for how often and when a job is attempted. */
  public static final ClassName RETRY_POLICY = ClassName.get(DEFINITION, "RetryPolicy");

  /** The collector of the violations that generated validators find. */
  public static final ClassName VIOLATIONS = ClassName.get(DEFINITION, "Violations");

  /** A job type with its handler. */
  public static final ClassName JOB_BINDING = ClassName.get(ROOT, "JobBinding");

  /** The interface that handlers of batches implement. */
  public static final ClassName BATCH_JOB_HANDLER = ClassName.get(ROOT, "BatchJobHandler");

  /** The interface of handlers that emit values. */
  public static final ClassName EMITTING_JOB_HANDLER = ClassName.get(ROOT, "EmittingJobHandler");

  /** The rule for gathering batches. */
  public static final ClassName BATCH_RULE = ClassName.get(DEFINITION, "BatchRule");

  /** The interface that handlers implement. */
  public static final ClassName JOB_HANDLER = ClassName.get(ROOT, "JobHandler");

  /** The handlers of a module. */
  public static final ClassName JOB_HANDLERS = ClassName.get(ROOT, "JobHandlers");

  /** Submits and reads jobs. */
  public static final ClassName JOB_SERVICE = ClassName.get(ROOT, "JobService");

  /** Submits jobs. */
  public static final ClassName JOB_SUBMITTER = ClassName.get(ROOT, "JobSubmitter");

  /** The jobs of one type. */
  public static final ClassName TYPED_JOBS = ClassName.get(ROOT, "TypedJobs");

  /** The jobs of a type that emits values. */
  public static final ClassName EMITTING_JOBS = ClassName.get(ROOT, "EmittingJobs");

  /** Sends one signal. */
  public static final ClassName TYPED_SIGNALS = ClassName.get(ROOT + ".durable", "TypedSignals");

  /** The exception that a handler throws to ask for another attempt. */
  public static final ClassName RETRY_JOB = ClassName.get(ROOT, "RetryJobException");

  /** The exception that a handler throws to postpone the job. */
  public static final ClassName JOB_SNOOZED = ClassName.get(ROOT, "JobSnoozedException");

  /** The exception that a handler throws to make the job fail immediately. */
  public static final ClassName PERMANENT_JOB = ClassName.get(ROOT, "PermanentJobException");

  private RuntimeTypes() {}
}
