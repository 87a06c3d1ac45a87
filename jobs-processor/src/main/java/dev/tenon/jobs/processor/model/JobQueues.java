package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The RabbitMQ queues that jobs wait in: those with the name of a routing key, and one per module
 * for the jobs of all other types.
 */
public final class JobQueues {

  private final Set<String> named;

  private JobQueues(Set<String> named) {
    this.named = named;
  }

  /** The queues of these types. */
  public static JobQueues of(Collection<JobDeclaration> types) {
    return new JobQueues(
        types.stream()
            .filter(JobDeclaration::hasOwnQueue)
            .map(JobDeclaration::routingKeyOrDefault)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * The name of the queue of a type. A routing key leads to only one queue: if a type's default key
   * is one that another type names, the two share a queue.
   *
   * @param module the module of the type: the class with the typed submit methods
   */
  public String of(JobDeclaration job, ClassName module) {
    String key = job.routingKeyOrDefault();
    return named.contains(key) ? key : GeneratedNames.queue(module);
  }

  /**
   * The name of the queue that a routing key of a type leads to: its own, or the default one of an
   * alias.
   *
   * @param module the module of the type: the class with the typed submit methods
   */
  public String of(String routingKey, JobDeclaration job, ClassName module) {
    return job.hasOwnQueue() || named.contains(routingKey)
        ? routingKey
        : GeneratedNames.queue(module);
  }
}
