package dev.tenon.jobs.internal.worker;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.internal.attempt.InterceptedHandler;
import dev.tenon.jobs.internal.broker.ConsumedQueue;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.store.ClaimedJob;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The handlers of a worker, by the names of their types, including earlier names. Immutable. */
final class HandlersByType {

  private final Map<String, JobBinding<?, ?>> byName;
  private final List<ConsumedQueue> consumed;

  /**
   * Creates the handlers.
   *
   * @param interceptors run around the handlers, the outermost first
   * @param queues knows the queues of pointers to their jobs
   * @throws IllegalArgumentException if two types have the same name
   */
  HandlersByType(JobHandlers handlers, List<ExecutionInterceptor> interceptors, Queues queues) {
    Map<String, JobBinding<?, ?>> names = new HashMap<>();
    for (JobBinding<?, ?> each : handlers.bindings()) {
      JobBinding<?, ?> binding = InterceptedHandler.around(each, interceptors);
      JobDefinition<?, ?> definition = binding.definition();
      for (String name :
          Stream.concat(Stream.of(definition.type()), definition.aliases().stream()).toList()) {
        JobBinding<?, ?> other = names.putIfAbsent(name, binding);
        if (other != null) {
          throw new IllegalArgumentException(
              "'%s' is a name of the job types '%s' and '%s'; it must belong to one of them."
                  .formatted(name, other.definition().type(), definition.type()));
        }
      }
    }
    this.byName = Map.copyOf(names);
    this.consumed =
        queues.consumedBy(byName.values().stream().map(JobBinding::definition).toList());
  }

  /** Returns the handler of a claimed job. */
  JobBinding<?, ?> of(ClaimedJob job) {
    JobBinding<?, ?> binding = byName.get(job.type());
    if (binding == null) {
      throw new IllegalStateException(
          "Job %s of type '%s' was claimed without a handler for it."
              .formatted(job.id(), job.type()));
    }
    return binding;
  }

  /** Returns the number of types. */
  long types() {
    return byName.values().stream().distinct().count();
  }

  /** Returns whether some of the types have limits. */
  boolean declareLimits() {
    return byName.values().stream().anyMatch(binding -> binding.definition().isLimited());
  }

  /** Returns whether some of the types have an order. */
  boolean declareOrder() {
    return byName.values().stream().anyMatch(binding -> binding.definition().order().isPresent());
  }

  /** Returns the names of the types, each with the highest known version. */
  Map<String, Integer> knownVersions() {
    Map<String, Integer> versions = new HashMap<>();
    byName.forEach((name, binding) -> versions.put(name, binding.definition().version()));
    return versions;
  }

  /**
   * Returns the same in groups whose jobs are claimed together: each type with batches is one, and
   * all others are one.
   */
  List<Map<String, Integer>> knownTogether() {
    Map<Optional<String>, Map<String, Integer>> groups = new HashMap<>();
    byName.forEach(
        (name, binding) ->
            groups
                .computeIfAbsent(
                    binding.batch().map(unused -> binding.definition().type()),
                    unused -> new HashMap<>())
                .put(name, binding.definition().version()));
    return groups.values().stream().<Map<String, Integer>>map(Map::copyOf).toList();
  }

  /** Returns the types with their handlers. */
  List<JobBinding<?, ?>> bindings() {
    return byName.values().stream().<JobBinding<?, ?>>map(each -> each).distinct().toList();
  }

  /** Returns the queues of pointers to their jobs. */
  List<ConsumedQueue> consumed() {
    return consumed;
  }

  /**
   * Returns the queues to leave alone while these types are paused, because all of their types are.
   */
  Set<ConsumedQueue> queuesOfNoneBut(Set<String> paused) {
    Set<String> wanted =
        byName.values().stream()
            .<JobDefinition<?, ?>>map(JobBinding::definition)
            .filter(definition -> !paused.contains(definition.type()))
            .flatMap(definition -> Queues.routingKeys(definition).stream())
            .collect(Collectors.toSet());
    return consumed.stream()
        .filter(queue -> Collections.disjoint(queue.routingKeys(), wanted))
        .collect(Collectors.toSet());
  }
}
