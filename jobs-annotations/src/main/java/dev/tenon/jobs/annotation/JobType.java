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
   * The RabbitMQ routing key, which is also the name of the queue. Default: {@code jobs.} + type.
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
   * Java worker takes its jobs. They are submitted like all others, and wait in the queue of their
   * routing key, which no type with a handler may share.
   */
  boolean external() default false;
}
