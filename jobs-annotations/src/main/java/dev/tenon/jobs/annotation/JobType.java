package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a job type on its payload record, or says which job type a handler class handles.
 *
 * <p>On a <b>record</b> the annotation declares a job type: the record is the payload, and the
 * attributes say how its jobs are run. On a <b>class that implements {@code JobHandler} or {@code
 * BatchJobHandler}</b> it names the type that the class handles, and takes no other attribute.
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
   * The name of the type, unique in the application: two or more lower-case segments separated by
   * dots, such as {@code widget.process.batch}. A segment starts with a letter and continues with
   * letters and digits; {@code -} or {@code _} may separate them.
   */
  String value();

  /**
   * The name that people see. Default: derived from the type, such as {@code Widget process batch}.
   */
  String label() default "";

  /**
   * The RabbitMQ routing key of the type's jobs. Default: {@code jobs.} + type.
   *
   * <p>A type that names a routing key has a queue of that name, for its jobs alone or shared with
   * the types that name the same key. All other types of a module share the module's queue, except
   * {@link #external()} ones. Name a routing key for a type that has many jobs, or whose jobs run
   * in a separate worker, so that they do not hold up those of other types.
   */
  String routingKey() default "";

  /**
   * The class of the handler's result. Default: {@link Void}, which means that the handler returns
   * null.
   */
  Class<?> result() default Void.class;

  /**
   * The class of the values that the handler emits while it runs, such as parts of a result that
   * somebody waits for: a record, or a sealed interface of records. The handler then implements
   * {@code EmittingJobHandler}. Default: {@link Void}, which means that it emits none.
   */
  Class<?> emits() default Void.class;

  /**
   * The timeout of one attempt, such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code
   * 1d} or ISO-8601 {@code PT5M}; 1 ms to 365 days. At the deadline the handler is asked to stop
   * and interrupted, and the attempt counts as failed.
   */
  String timeout() default "10m";

  /** The total number of attempts, including the first; at least 1. */
  int maxAttempts() default 3;

  /**
   * The delays after failed attempts, in the units of {@link #timeout()}. The first delay follows
   * the first failure; the last one repeats. With an empty list, a job is retried immediately. The
   * longest delay is 365 days.
   */
  String[] retryDelays() default {"30s", "1m", "2m"};

  /**
   * The random part that is added to a wait, as a share of it, from 0 to 1: with 0.1 a wait of 60 s
   * takes 60 to 66 s. It keeps jobs that failed together from being retried together.
   */
  double jitter() default 0.1;

  /**
   * Exceptions that make further attempts pointless, including their subclasses: the job fails
   * immediately. A handler can also throw {@code PermanentJobException}.
   */
  Class<? extends Throwable>[] noRetryOn() default {};

  /**
   * The time that a job is kept after it has ended, with its attempts and its log, in the units of
   * {@link #timeout()}; at most 36,500 days.
   */
  String retention() default "7d";

  /** The priority of jobs that are submitted without an explicit one. */
  JobPriority priority() default JobPriority.NORMAL;

  /**
   * The time that a failed or cancelled job is kept, in the units of {@link #timeout()}; at most
   * 36,500 days. Default: the same as {@link #retention()}.
   */
  String retentionOfFailed() default "";

  /**
   * The time that a job must start within, counted from when it is due, in the units of {@link
   * #timeout()}; from 1 second to 365 days. A job that no worker has claimed by then is cancelled
   * with the reason {@code expired}, instead of running when nobody needs it any longer. This is
   * about the first attempt: a job that has started may be retried at any time. {@code
   * SubmitOptions} can set another time for a job. Default: a job may start at any time.
   */
  String startWithin() default "";

  /**
   * The maximum number of jobs of the type that run at a time, across all workers; from 1 to
   * 1,000,000, or 0 for no limit. Jobs over the limit wait in the table and do not occupy a
   * worker's slots.
   */
  int maxConcurrent() default 0;

  /**
   * The rates that limit the starts of jobs of the type, across all workers: {@code rates =
   * {"10/s", "1000/h"}} lets at most 10 start in any second, and at most 1,000 in any hour. After a
   * pause, all of an amount may start together.
   *
   * <p>A rate is an amount from 1 to 1,000,000,000 and a window in {@code s}, {@code m}, {@code h}
   * or {@code d}, of one or of several: {@code 100/10s}, {@code 900/15m}. The longest window is 31
   * days. A type can have four rates; those that count the same have different windows. Jobs over a
   * rate wait in the table and do not occupy a worker's slots. Default: no limit.
   *
   * <p>A rate can count what jobs cost, and not the jobs: {@code 200000 tokens/m} lets jobs start
   * in a minute whose values of the component {@code tokens} are at most 200,000 together. The
   * component is a whole number that is not {@link Sensitive}, and all rates that count costs name
   * the same one.
   */
  String[] rates() default {};

  /**
   * Limits for the jobs of each value of a component, such as the id of a tenant, in addition to
   * {@link #maxConcurrent()} and {@link #rates()} for all jobs of the type together. A type can
   * have one for now; later versions will allow several. Default: none; all jobs of the type wait
   * in one line.
   */
  Limit[] limits() default {};

  /**
   * The bound on how many jobs of the type may wait, in all or for each value of a component, so
   * that a submitter that is faster than the workers is stopped. A type can have one. Default: any
   * number may wait.
   */
  Backlog[] backlog() default {};

  /**
   * The rule that makes a job unique: while there is a job with the same values, no other is
   * recorded. A type can have one such rule for now; later versions will allow several. Default:
   * jobs are not unique.
   */
  Unique[] unique() default {};

  /**
   * The order of the jobs with the same value of a component: they run one after another, as they
   * were committed. A type can have one order. Default: jobs wait for no others.
   */
  Ordered[] ordered() default {};

  /**
   * The schedules that submit jobs of the type automatically. If there are several, each has a
   * {@link Schedule#name()}. The payload of their jobs is made by its no-argument constructor, such
   * as that of a record without components, or by the static method that {@link Schedule#payload()}
   * names; it must not be private or declare a checked exception. Default: none.
   */
  Schedule[] schedules() default {};

  /**
   * The version of the shapes of payload and result, from 1. Raise it by 1 if a change makes stored
   * JSON unreadable or invalid, and write an {@link Upcaster} for what was stored earlier. A worker
   * gives jobs of a higher version back, for a newer worker to run.
   */
  int version() default 1;

  /**
   * Earlier names of the type. Jobs that were submitted under them are run, and found, as jobs of
   * this type, so a type can be renamed while its jobs are waiting. An alias can be removed when no
   * job of that name is left.
   */
  String[] aliases() default {};

  /**
   * Marks a type whose jobs a worker in another language handles. Such a type has no handler class,
   * and no Java worker takes its jobs. They are submitted like all others, and wait in a queue with
   * the name of the {@link #routingKey()}, which no type with a handler may share.
   */
  boolean external() default false;
}
