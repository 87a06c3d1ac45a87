package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the method of a handler that finds out what became of a step that is not {@linkplain
 * Step#repeatable() repeatable}. It is called when the step has begun and has no recorded result:
 * its worker died, or the step threw an exception.
 *
 * <p>The method has the same parameters as the step. It asks the system that the step has called,
 * and returns a {@code dev.tenon.jobs.durable.Resolution}: the step was done, with this result; it
 * was not done; or a person has to decide.
 *
 * <pre>{@code
 * @InDoubt("charge")
 * Resolution<Receipt> findCharge(FulfilOrder order, StepContext step) {
 *   return payments.find(step.idempotencyKey())
 *       .map(Resolution::done)
 *       .orElse(Resolution.notDone());
 * }
 * }</pre>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface InDoubt {

  /** The name of the step. */
  String value();
}
