package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A bound on how many jobs of a type may wait; a part of {@link JobType#backlog()}.
 *
 * <pre>{@code
 * @JobType(
 *     value = "search.index.update",
 *     backlog = @Backlog(max = 10_000, by = "tenant", whenFull = WhenFull.DROP_OLDEST))
 * public record SearchIndexUpdate(String tenant, String document) {}
 * }</pre>
 */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Backlog {

  /**
   * The maximum number of jobs that wait: due ones, delayed ones, and those that are retried later;
   * from 1 to 1,000,000.
   */
  int max();

  /**
   * The component of the payload whose values have separate bounds, such as the id of a tenant.
   * Default: none; the bound is for all jobs of the type together.
   *
   * <p>The component is a string, a whole number, a {@code boolean}, a {@link java.util.UUID}, an
   * enum, or an {@link java.util.Optional} of one of these, and it is not {@link Sensitive}: people
   * see the values. Jobs whose component is null or empty share the empty value.
   */
  String by() default "";

  /** The policy for a submit when as many jobs wait. */
  WhenFull whenFull() default WhenFull.REFUSE;
}
