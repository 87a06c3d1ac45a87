package dev.tenon.jobs;

import org.jspecify.annotations.Nullable;

/**
 * A handler that emits values while it runs, for those who follow its jobs: the paragraphs of a
 * report that is being written, the rows that were found so far.
 *
 * <pre>{@code
 * @JobType("report.write")
 * public final class ReportWriteHandler
 *     implements EmittingJobHandler<ReportWrite, Report, Paragraph> {
 *
 *   @Override
 *   public Report execute(ReportWrite report, EmittingContext<Paragraph> context) {
 *     context.emit(new Paragraph("…"));
 *     // …
 *   }
 * }
 * }</pre>
 *
 * <p>The record that declares the type says {@code emits = Paragraph.class} in {@code @JobType}.
 * One instance handles many jobs at the same time, as with a {@link JobHandler}.
 *
 * @param <P> the payload record
 * @param <R> the result; {@link Void} if there is none
 * @param <E> the values that it emits
 */
@FunctionalInterface
public interface EmittingJobHandler<P, R, E> extends JobHandler<P, R> {

  /**
   * Handles one job.
   *
   * @param payload the payload, decoded and validated
   * @param context the job, with the method that emits values
   * @return the result; null only where the result type is {@link Void}
   * @throws Exception as {@link JobHandler#execute} does
   */
  @Nullable R execute(P payload, EmittingContext<E> context) throws Exception;

  /** Calls {@link #execute(Object, EmittingContext)}. */
  @Override
  default @Nullable R execute(P payload, JobContext context) throws Exception {
    return execute(payload, context.<E>emitting());
  }
}
