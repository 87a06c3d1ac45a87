package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Limits for the jobs of each value of a component of the payload, across all workers; a part of
 * {@link JobType#limits()}.
 *
 * <p>Workers take the jobs of each value in turn, so that a value with many jobs does not hold up
 * the others. That holds even if no limit is set:
 *
 * <pre>{@code
 * @JobType(
 *     value = "stock.feed.import",
 *     limits = @Limit(by = "tenant", maxConcurrent = 2, rates = "60/m"))
 * public record StockFeedImport(String tenant, String url) {}
 * }</pre>
 */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Limit {

  /**
   * The component of the payload whose values share the workers fairly, such as the id of a tenant.
   * The limits of this annotation count the jobs of each value separately.
   *
   * <p>The component is a string, a whole number, a {@code boolean}, a {@link java.util.UUID}, an
   * enum, or an {@link java.util.Optional} of one of these, and it is not {@link Sensitive}: people
   * see the values. Jobs whose component is null or empty share the empty value.
   */
  String by();

  /**
   * The maximum number of jobs that run at a time for each value of the component; from 1 to
   * 1,000,000 and at most {@link JobType#maxConcurrent()}, or 0 for no limit. Jobs over the limit
   * wait in the table and do not occupy a worker's slots.
   */
  int maxConcurrent() default 0;

  /**
   * The rates that limit the starts of jobs for each value of the component, in the form of {@link
   * JobType#rates()}. Default: no limit.
   */
  String[] rates() default {};
}
