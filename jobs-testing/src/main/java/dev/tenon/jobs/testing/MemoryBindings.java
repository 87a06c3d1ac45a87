package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.internal.attempt.InterceptedHandler;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The handlers by job type. They are created once, when first needed. Thread-safe. */
final class MemoryBindings {

  private final Supplier<? extends Collection<? extends JobHandlers>> handlers;
  private final List<ExecutionInterceptor> interceptors;
  private @Nullable Map<String, JobBinding<?, ?>> bindings;

  MemoryBindings(
      Supplier<? extends Collection<? extends JobHandlers>> handlers,
      List<ExecutionInterceptor> interceptors) {
    this.handlers = handlers;
    this.interceptors = List.copyOf(interceptors);
  }

  /** The handler of a type; empty if there is none. */
  Optional<JobBinding<?, ?>> find(String type) {
    return Optional.ofNullable(byType().get(type));
  }

  boolean has(String type) {
    return byType().containsKey(type);
  }

  /** The types with a handler, sorted. */
  Set<String> types() {
    return new TreeSet<>(byType().keySet());
  }

  /**
   * Asks for the handlers, if that was not done yet. Those who will need them with a lock call this
   * before they take it: whoever creates the handlers may have a lock, too, and may submit jobs.
   *
   * @throws IllegalArgumentException if two of them handle the same type
   */
  void load() {
    var unused = byType();
  }

  private synchronized Map<String, JobBinding<?, ?>> byType() {
    if (bindings == null) {
      Map<String, JobBinding<?, ?>> found = new HashMap<>();
      handlers.get().stream()
          .flatMap(each -> each.bindings().stream())
          .forEach(binding -> add(found, InterceptedHandler.around(binding, interceptors)));
      bindings = Map.copyOf(found);
    }
    return bindings;
  }

  private static void add(Map<String, JobBinding<?, ?>> bindings, JobBinding<?, ?> binding) {
    JobDefinition<?, ?> definition = binding.definition();
    Stream.concat(Stream.of(definition.type()), definition.aliases().stream())
        .forEach(
            name -> {
              if (bindings.putIfAbsent(name, binding) != null) {
                throw new IllegalArgumentException(
                    "There are two handlers for jobs of type '%s'; remove one of them."
                        .formatted(name));
              }
            });
  }
}
