package dev.tenon.jobs;

import java.util.List;

/**
 * Runs the jobs of one type, several with each call. A handler class is annotated with
 * {@code @JobType("the.type")}, and with {@code @Batch} to set how many jobs a batch has. One
 * instance runs all batches of its type, several at a time, so it must be thread-safe.
 *
 * <pre>{@code
 * @JobType("invoice.send")
 * @Batch(maxJobs = 200, maxWait = "100ms")
 * public class InvoiceSendHandler implements BatchJobHandler<InvoiceSend, Void> {
 *
 *   @Override
 *   public void execute(List<BatchJob<InvoiceSend, Void>> jobs) {
 *     for (BatchJob<InvoiceSend, Void> refused : mails.sendAll(jobs)) {
 *       refused.fail(new PermanentJobException("The address does not exist."));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Each job remains a job, with its own attempt, lease, timeout, progress and log. The handler
 * says for each how it has ended: {@link BatchJob#complete}, {@link BatchJob#fail} or {@link
 * BatchJob#snooze}. What it says first counts. When it returns, all jobs that it has said nothing
 * about have completed if the type has no result, and have failed if it has one. When it throws,
 * these jobs have failed, each according to the retry policy of the type, and the others keep their
 * ends.
 *
 * <p>Delivery is at least once: if the worker dies before the outcomes are recorded, all jobs of
 * the batch run again, and not necessarily in the same batch. Say that a job has completed after
 * its work is committed.
 *
 * @param <P> the payload record
 * @param <R> the result of a job; {@link Void} if there is none
 */
@FunctionalInterface
public interface BatchJobHandler<P, R> {

  /**
   * Does the work of a batch.
   *
   * @param jobs the jobs, at least one, each with its payload, decoded and validated; the most
   *     urgent first
   * @throws Exception to fail all jobs that have not ended yet. They are attempted again as after
   *     an exception of a {@link JobHandler}.
   */
  void execute(List<BatchJob<P, R>> jobs) throws Exception;
}
