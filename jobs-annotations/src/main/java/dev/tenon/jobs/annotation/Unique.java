package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The rule that makes a job of a type unique for some time; a part of {@link JobType#unique()}.
 *
 * <p>While there is a job with the same values of these components, no other is recorded, and a
 * submit returns the id of the existing one:
 *
 * <pre>{@code
 * @JobType(value = "order.place", unique = @Unique("orderId"))
 * public record OrderPlace(String orderId, int quantity) {}
 *
 * @JobType(
 *     value = "part.reindex",
 *     unique = @Unique(value = {"partId", "language"}, scope = UniqueScope.UNTIL_STARTED))
 * public record PartReindex(UUID partId, String language) {}
 * }</pre>
 */
@Documented
@Target({})
@Retention(RetentionPolicy.CLASS)
public @interface Unique {

  /**
   * The components of the payload whose values are compared; at least one.
   *
   * <p>Each component is a string, a number, a {@code boolean}, a {@link java.util.UUID}, a date or
   * time of {@code java.time}, an enum, or an {@link java.util.Optional} of one of these. Null and
   * an empty {@code Optional} are values like any other. Values are equal if their strings are:
   * {@code 1.0} and {@code 1.00} are two values of a {@link java.math.BigDecimal}. If one of the
   * components is {@link Sensitive}, the key of a job is a hash.
   */
  String[] value();

  /** The time that a job keeps out others with the same values. */
  UniqueScope scope() default UniqueScope.UNTIL_ENDED;

  /**
   * The minimum time after its submission that a job keeps out others with the same values, even if
   * it has already ended, in the units of {@link JobType#timeout()}; 1 ms to 36,500 days. Default:
   * none; only {@link #scope()} decides.
   */
  String period() default "";

  /** The policy for a submit when there is already a job with the same values. */
  DuplicatePolicy onDuplicate() default DuplicatePolicy.KEEP;
}
