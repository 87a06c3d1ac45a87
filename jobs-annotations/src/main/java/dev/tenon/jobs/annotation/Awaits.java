package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a handler waits for a signal, or for the first of several. The processor writes
 * methods that wait into the handler's generated class. A waiting job has no slot, thread or
 * connection, and no attempt is counted; when the signal arrives, a worker runs the handler again,
 * and recorded steps give back their results.
 *
 * <pre>{@code
 * @JobType("order.fulfil")
 * @Awaits(PaymentSettled.class)
 * @Awaits(name = "decision", value = {Approved.class, Rejected.class})
 * public class FulfilOrderHandler implements JobHandler<FulfilOrder, Fulfilment> {
 *
 *   @Override
 *   public Fulfilment execute(FulfilOrder order, JobContext context) {
 *     var steps = FulfilOrderSteps.of(this, context);
 *     PaymentSettled paid = steps.awaitPaymentSettled(Duration.ofDays(3)).orElseThrow();
 *     Decision decision = steps.awaitDecision();
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>With several signals, the methods return the interface that all of the records implement; they
 * need a common one.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(Awaits.List.class)
public @interface Awaits {

  /** The records with {@link Signal}; the first of them that arrives ends the wait. */
  Class<?>[] value();

  /**
   * The name of the wait, unique among the steps and waits of the handler; by default, the name of
   * the only record, beginning with a lower-case letter. The generated method is {@code await} and
   * the name.
   */
  String name() default "";

  /** Earlier names of the wait. */
  String[] aliases() default {};

  /** Several waits of a handler. */
  @Documented
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.CLASS)
  @interface List {

    /** The waits. */
    Awaits[] value();
  }
}
