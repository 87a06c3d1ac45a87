package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Flow;

/**
 * Submits and finds the jobs of a type that emits values, and follows what they emit. The generated
 * class of a module has a method for each of its types that returns such an object:
 *
 * <pre>{@code
 * UUID id = jobs.reportWrite().submit(report).jobId();
 * jobs.reportWrite().emitted(id).subscribe(subscriber);
 * }</pre>
 *
 * @param <P> the payload record
 * @param <R> what the handler returns
 * @param <E> the values that it emits
 */
public final class EmittingJobs<P, R, E> extends TypedJobs<P, R> {

  private final ValueDefinition<E> values;
  private final JobService service;

  /**
   * The jobs of a type. Called by generated code.
   *
   * @param definition the job type
   * @param values the values that its jobs emit
   * @param service finds jobs
   * @param submitter submits jobs: the service itself, or one that is bound to a transaction
   */
  public EmittingJobs(
      JobDefinition<P, R> definition,
      ValueDefinition<E> values,
      JobService service,
      JobSubmitter submitter) {
    super(definition, service, submitter);
    this.values = Objects.requireNonNull(values, "values");
    this.service = service;
  }

  /**
   * Publishes the values that a job emits, from the first one. It completes when the job has ended,
   * and otherwise behaves as {@link JobService#events(UUID)} does. If a value cannot be read, the
   * subscriber gets an error that does not contain it.
   */
  public Flow.Publisher<EmittedValue<E>> emitted(UUID jobId) {
    return service.emitted(definition(), values, jobId);
  }

  /**
   * Publishes the values that a job emits, after an event: continue after a cut with the id of the
   * last value that was processed.
   *
   * @param afterId {@link EmittedValue#id()}, or the id of any other event of the job
   * @throws IllegalArgumentException if it is not the id of an event
   */
  public Flow.Publisher<EmittedValue<E>> emitted(UUID jobId, String afterId) {
    return service.emitted(definition(), values, jobId, afterId);
  }
}
