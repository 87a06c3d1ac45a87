package dev.tenon.jobs.definition;

import java.util.List;
import java.util.Optional;

/**
 * The registry of one compilation: the job types that were compiled there, and the modules that it
 * includes. The annotation processor writes the implementations, and lists them in {@code
 * META-INF/services}. Implementations are immutable and have a public constructor without
 * parameters.
 */
public interface ModuleDefinition {

  /** The name of the module, such as {@code PlmJobs}. */
  String name();

  /**
   * The name of the RabbitMQ queue that the jobs of the module's own types wait in, except those of
   * types that {@linkplain JobDefinition#hasOwnQueue() have their own queue}: {@code jobs.}, the
   * package of the implementation, and the name of the module, such as {@code
   * jobs.com.example.plm.PlmJobs}.
   */
  default String queue() {
    String packageName = getClass().getPackageName();
    return "jobs." + (packageName.isEmpty() ? "" : packageName + ".") + name();
  }

  /** The module's own job types, sorted by type. */
  List<JobDefinition<?, ?>> definitions();

  /** The modules that this one includes. */
  List<ModuleDefinition> includes();

  /**
   * The job type with this name or alias, of this module or of one that it includes.
   *
   * @param type the name of the type, or an alias
   */
  Optional<JobDefinition<?, ?>> find(String type);

  /** The module's own signals, sorted by name. */
  default List<SignalDefinition<?>> signals() {
    return List.of();
  }

  /**
   * The signal with this name, of this module or of one that it includes.
   *
   * @param name the name of the signal
   */
  default Optional<SignalDefinition<?>> findSignal(String name) {
    for (SignalDefinition<?> signal : signals()) {
      if (signal.name().equals(name)) {
        return Optional.of(signal);
      }
    }
    return includes().stream().flatMap(module -> module.findSignal(name).stream()).findFirst();
  }

  /**
   * The generated class that submits and finds the module's jobs; empty if the module declares no
   * job types itself. Containers such as Spring create it with its public constructor.
   */
  default Optional<Class<?>> jobsClass() {
    return Optional.empty();
  }

  /**
   * The generated class that takes the module's handlers, a {@link dev.tenon.jobs.JobHandlers};
   * empty if the handlers are compiled elsewhere. Containers such as Spring create it with its
   * public constructor.
   */
  default Optional<Class<?>> handlersClass() {
    return Optional.empty();
  }
}
