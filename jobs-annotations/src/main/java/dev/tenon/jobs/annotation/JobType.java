package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a job type, on its payload record; or says which job type a handler class handles.
 *
 * <p>On a <b>record</b> the annotation declares a job type: the record is the payload, and the
 * attributes say how its jobs are run. On a <b>class that implements {@code JobHandler}</b> it
 * names the type that the class handles, and takes no other attribute.
 *
 * <pre>{@code
 * @JobType(
 *     value = "stock.feed.import",
 *     timeout = "5m",
 *     maxConcurrent = 20,
 *     limits = @Limit(by = "tenant", maxConcurrent = 2),
 *     unique = @Unique({"tenant", "url"}))
 * public record StockFeedImport(String tenant, String url) {}
 * }</pre>
 *
 * <p>The annotation processor checks every declaration and every handler while they are compiled.
 * See {@link JobModule} for what it writes.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface JobType {

  /**
   * The name of the type, unique in the application: two or more lower-case segments with a dot
   * between them, such as {@code widget.process.batch}. A segment starts with a letter and
   * continues with letters and digits; {@code -} or {@code _} may stand between them.
   */
  String value();

  /**
   * The name that people see. Default: derived from the type, such as {@code Widget process batch}.
   */
  String label() default "";

  /**
   * The RabbitMQ routing key of the type's jobs. Default: {@code jobs.} + type.
   *
   * <p>A type that names one has a queue of that name, for its jobs alone or shared with the types
   * that name the same key. All other types of a module share the module's queue, except {@link
   * #external()} ones. Name a routing key for a type that has many jobs, or whose jobs run in a
   * worker of their own, so that they do not hold up those of other types.
   */
  String routingKey() default "";

  /** The class of what the handler returns. Default: {@link Void}, the handler returns null. */
  Class<?> result() default Void.class;

  /**
   * How long one attempt may take, such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h},
   * {@code 1d} or ISO-8601 {@code PT5M}; 1 ms to 365 days. At the deadline the handler is signalled
   * and interrupted, and the attempt counts as failed.
   */
  String timeout() default "10m";

  /** How many times the job is attempted in all, the first attempt included; at least 1. */
  int maxAttempts() default 3;

  /**
   * How long to wait after a failed attempt, in the units of {@link #timeout()}. The first delay
   * follows the first failure; the last one repeats. An empty list retries at once. The longest
   * delay is 365 days.
   */
  String[] retryDelays() default {"30s", "1m", "2m"};

  /**
   * How much longer a wait may be, at random, as a share of it, from 0 to 1: with 0.1 a wait of 60
   * s takes 60 to 66 s. It keeps jobs that failed together from coming back together.
   */
  double jitter() default 0.1;

  /**
   * Exceptions after which no other attempt can succeed, their subclasses included: the job fails
   * at once. A handler can also throw {@code PermanentJobException}.
   */
  Class<? extends Throwable>[] noRetryOn() default {};

  /**
   * How long a job is kept after it has ended, with its attempts and its log, in the units of
   * {@link #timeout()}; at most 36,500 days.
   */
  String retention() default "7d";

  /** The priority of jobs that are submitted without one of their own. */
  JobPriority priority() default JobPriority.NORMAL;

  /**
   * How long a job that has failed or was cancelled is kept, in the units of {@link #timeout()}; at
   * most 36,500 days. Default: as long as {@link #retention()} says for all jobs.
   */
  String retentionOfFailed() default "";

  /**
   * How many jobs of the type run at a time, over all workers; from 1 to 1,000,000, or 0 for no
   * limit. What is over the limit waits in the table and takes no slot of a worker.
   */
  int maxConcurrent() default 0;

  /**
   * How many jobs of the type start in a minute, over all workers; from 1 to 1,000,000, or 0 for no
   * limit. They are spread over the minute: in any 60 seconds no more start than this and a burst
   * of a thirtieth of it, at least 2.
   */
  int rateLimitPerMinute() default 0;

  /**
   * Limits for the jobs of each value of a component, such as the id of a tenant, in addition to
   * {@link #maxConcurrent()} and {@link #rateLimitPerMinute()} for all jobs of the type together. A
   * type can have one for now; later versions will allow several. Default: none, all jobs of the
   * type wait in one line.
   */
  Limit[] limits() default {};

  /**
   * What makes a job unique: while there is a job with the same values no other is recorded. A type
   * can have one such rule for now; later versions will allow several. Default: jobs are not
   * unique.
   */
  Unique[] unique() default {};

  /**
   * When jobs of the type are submitted automatically. If there are several schedules, each has a
   * {@link Schedule#name()}. The payload of their jobs is made by its constructor without
   * parameters, which must not be private and throws no checked exception, such as that of a record
   * without components. Default: never.
   */
  Schedule[] schedules() default {};

  /**
   * The version of the shapes of payload and result, from 1. Raise it by 1 with a change after
   * which JSON that was stored before cannot be read or is no longer valid, and give an {@link
   * Upcaster} for what was stored before. A worker gives jobs of a higher version back, for a newer
   * worker to run.
   */
  int version() default 1;

  /**
   * Earlier names of the type. Jobs that were submitted under them are run, and found, as jobs of
   * this type; so a type can be renamed while jobs of it wait. An alias can be removed when no job
   * of that name is left.
   */
  String[] aliases() default {};

  /**
   * Whether a worker that is not Java handles the jobs. Such a type has no handler class, and no
   * Java worker takes its jobs. They are submitted like all others, and wait in a queue with the
   * name of the {@link #routingKey()}, which no type with a handler may share.
   */
  boolean external() default false;
}
