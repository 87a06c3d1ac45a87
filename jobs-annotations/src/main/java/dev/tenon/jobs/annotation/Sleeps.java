package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares that a handler sleeps. The processor writes a method that sleeps into the handler's
 * generated class; it is {@code sleep} and the name:
 *
 * <pre>{@code
 * @JobType("trial.remind")
 * @Sleeps("beforeReminder")
 * public class TrialRemindHandler implements JobHandler<TrialRemind, Void> {
 *
 *   @Override
 *   public Void execute(TrialRemind trial, JobContext context) {
 *     var steps = TrialRemindSteps.of(this, context);
 *     steps.sleepBeforeReminder(Duration.ofDays(12));
 *     …
 *   }
 * }
 * }</pre>
 *
 * <p>The time of waking up is recorded once. While the job sleeps, it has no slot, thread or
 * connection, and no attempt is counted.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
@Repeatable(Sleeps.List.class)
public @interface Sleeps {

  /** The name of the sleep, unique among the steps and waits of the handler. */
  String value();

  /** Earlier names of the sleep. */
  String[] aliases() default {};

  /** Several sleeps of a handler. */
  @Documented
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.CLASS)
  @interface List {

    /** The sleeps. */
    Sleeps[] value();
  }
}
