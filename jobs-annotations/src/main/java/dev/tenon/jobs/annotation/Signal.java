package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a record a signal: something that happens outside of a job and that its handler {@linkplain
 * Awaits awaits}, such as a payment or an approval. The processor writes its validator and its
 * codec, and a method that sends it to the module's class:
 *
 * <pre>{@code
 * @Signal("order.paid")
 * public record PaymentSettled(@NotNull UUID paymentId, @Positive BigDecimal amount) {}
 *
 * jobs.paymentSettled().send(jobId, new PaymentSettled(paymentId, amount));
 * }</pre>
 *
 * <p>The components and their constraints are declared as those of a payload. A signal belongs to a
 * {@link JobModule} as a job type does, and is recorded in the schema lock.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Signal {

  /**
   * The name of the signal: two or more lower-case segments separated by dots, such as {@code
   * order.paid}. A segment starts with a letter and continues with letters and digits; {@code -} or
   * {@code _} may separate them. No other signal of the module, or of the modules that it includes,
   * has the name.
   */
  String value();

  /**
   * The version of the record's shape. Raise it for a change that stored signals do not fit, and
   * write an {@link Upcaster} for them.
   */
  int version() default 1;
}
