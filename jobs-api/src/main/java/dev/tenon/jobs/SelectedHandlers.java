package dev.tenon.jobs;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Some of the handlers of a module.
 *
 * @param module the module whose job types are handled
 * @param bindings the selected handlers, each with its job type
 */
record SelectedHandlers(ModuleDefinition module, List<JobBinding<?, ?>> bindings)
    implements JobHandlers {

  /** The handlers of the given types, or all others. */
  static JobHandlers of(
      JobHandlers handlers, List<JobDefinition<?, ?>> definitions, boolean wanted) {
    Set<String> handled =
        handlers.bindings().stream()
            .map(binding -> binding.definition().type())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> types = definitions.stream().map(JobDefinition::type).collect(Collectors.toSet());
    for (String type : types) {
      if (!handled.contains(type)) {
        throw new IllegalArgumentException(
            "Module %s has no handler for job type '%s'; it has handlers for %s."
                .formatted(handlers.module().name(), type, String.join(", ", handled)));
      }
    }
    return new SelectedHandlers(
        handlers.module(),
        handlers.bindings().stream()
            .filter(binding -> types.contains(binding.definition().type()) == wanted)
            .toList());
  }
}
