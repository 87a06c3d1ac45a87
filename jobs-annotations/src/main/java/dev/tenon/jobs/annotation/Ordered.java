package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The order of jobs with the same value of a component; a part of {@link JobType#ordered()}. These
 * jobs run one after another, across all workers, in the order of the commits of the transactions
 * that submitted them:
 *
 * <pre>{@code
 * @JobType(value = "account.event.apply", ordered = @Ordered(by = "accountId"))
 * public record AccountEvent(UUID accountId, String event) {}
 * }</pre>
 *
 * <p>Jobs with different values do not wait for each other. Jobs that one transaction submits keep
 * the order of its calls. A task of a workflow gets its place when it can start, and an ended job
 * that is retried goes to the end of the line. The priority of a job does not change its place.
 */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Ordered {

  /**
   * The component of the payload whose values have their own lines, such as the id of an account.
   * Default: all jobs of the type are in one line.
   *
   * <p>The component is a string, a whole number, a {@code boolean}, a {@link java.util.UUID}, an
   * enum, or an {@link java.util.Optional} of one of these, and it is not {@link Sensitive}: people
   * see the values. Jobs whose component is null or empty share the empty value.
   */
  String by() default "";

  /**
   * The choice for later jobs while a job waits for its next attempt, or for its time. Default:
   * they wait until it has ended.
   */
  RetryOrder retries() default RetryOrder.HOLD;
}
