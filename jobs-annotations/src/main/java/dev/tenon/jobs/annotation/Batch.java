package dev.tenon.jobs.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Sets how many jobs a handler takes with one call, and how long they are gathered. It belongs on a
 * handler class that implements {@code dev.tenon.jobs.BatchJobHandler}; without it, such a handler
 * has the defaults.
 *
 * <pre>{@code
 * @JobType("invoice.send")
 * @Batch(maxJobs = 200, maxWait = "100ms", by = "tenant")
 * public class InvoiceSendHandler implements BatchJobHandler<InvoiceSend, Void> { … }
 * }</pre>
 *
 * <p>A worker gathers the jobs that it has claimed. It calls the handler when there are {@link
 * #maxJobs()}, when their payloads have about 8 million characters, or when the first of them has
 * waited for {@link #maxWait()}, as soon as it has a free slot. A batch takes one slot.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.CLASS)
public @interface Batch {

  /** The maximum number of jobs of a batch, from 2 to 500. */
  int maxJobs() default 100;

  /**
   * The maximum time that a claimed job waits for others, written like {@link JobType#timeout()};
   * from 1 ms to 10 s. A batch that is full does not wait.
   */
  String maxWait() default "50ms";

  /**
   * The component of the payload that all jobs of a batch have in common, such as the id of a
   * tenant. It has one of the types that {@link Limit#by()} may have, and is not {@link Sensitive}.
   * Default: none; any jobs of the type form a batch.
   */
  String by() default "";
}
