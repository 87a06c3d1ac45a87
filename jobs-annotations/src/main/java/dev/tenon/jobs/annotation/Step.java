package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a handler a step, whose result is kept with the job. Once the result is
 * recorded, a later attempt at the same job gets it without running the method again.
 *
 * <p>The processor writes a class with the same methods, which the handler calls. A step that is
 * called directly is an ordinary method, and is repeated by each attempt:
 *
 * <pre>{@code
 * @JobType("order.fulfil")
 * public class FulfilOrderHandler implements JobHandler<FulfilOrder, Fulfilment> {
 *
 *   @Override
 *   public Fulfilment execute(FulfilOrder order, JobContext context) throws Exception {
 *     var steps = FulfilOrderSteps.of(this, context);
 *     Receipt receipt = steps.charge(order);
 *     steps.reserve(order, receipt);
 *     return new Fulfilment(receipt.number());
 *   }
 *
 *   @Step(repeatable = false)
 *   Receipt charge(FulfilOrder order, StepContext step) { … }
 *
 *   @InDoubt("charge")
 *   Resolution<Receipt> findCharge(FulfilOrder order, StepContext step) { … }
 *
 *   @Step
 *   void reserve(Connection transaction, FulfilOrder order, Receipt receipt) { … }
 * }
 * }</pre>
 *
 * <p>The method is declared in the handler, or in a class or an interface above it. It is not
 * private, static or generic, and no other method has its name. It returns nothing, or what JSON
 * can carry: a record or anything else that a payload's component may be. A record is kept for each
 * name, and for each value of the {@link StepKey} if a parameter has one. The order of the steps
 * does not matter.
 *
 * <p>Two kinds of parameters are supplied, and the generated method does not have them: a {@code
 * dev.tenon.jobs.durable.StepContext}, and a {@code java.sql.Connection}. With a connection, what
 * the step writes through it and the record of the step are committed together, so both are done
 * exactly once. The step neither commits nor closes the connection.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.CLASS)
public @interface Step {

  /**
   * The name of the step, unique in the handler; by default, the name of the method. Jobs in
   * progress have stored it. To rename a step, put its earlier name into {@link #aliases()}.
   */
  String value() default "";

  /** Earlier names of the step, whose records count as records of this step. */
  String[] aliases() default {};

  /**
   * True if the step may run again when its worker dies before its result is recorded. If not, its
   * beginning is recorded too. If a step has begun and has no result, it is in doubt, and Tenon
   * calls the method with {@link InDoubt} instead of running the step again.
   */
  boolean repeatable() default true;

  /**
   * The maximum duration of the step, written like {@link JobType#timeout()}; by default, only the
   * attempt has a timeout. When the time is up, the thread is interrupted, and the step has failed.
   */
  String timeout() default "";

  /**
   * The number of attempts of the step, including the first; at least 1. By default, a failure of
   * the step is a failure of the job's attempt. Failures of a step with its own attempts do not
   * count as attempts of the job; after the last one, the job fails.
   */
  int maxAttempts() default 0;

  /**
   * The delays after failed attempts of the step, written like {@link JobType#retryDelays()} and
   * with the same default. They need {@link #maxAttempts()}. The job gives up its slot while it
   * waits.
   */
  String[] retryDelays() default {"30s", "1m", "2m"};
}
