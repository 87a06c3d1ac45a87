package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.LimitKey;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.definition.OrderRule;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.UniqueRule;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.internal.rollout.BuildDescription.Handler;
import dev.tenon.jobs.internal.rollout.BuildDescription.Keys;
import dev.tenon.jobs.internal.rollout.BuildDescription.TypeDescription;
import dev.tenon.jobs.internal.rollout.BuildDescription.Versions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Describes a running process in the form of the files that the annotation processor writes. */
public final class OwnDescription {

  private OwnDescription() {}

  /**
   * The description of modules and handlers.
   *
   * @param modules the modules, with those that they include
   * @param bindings the handlers that workers of the process run
   * @param queues returns the queues of a type, by routing key
   */
  public static BuildDescription of(
      Collection<ModuleDefinition> modules,
      Collection<? extends JobBinding<?, ?>> bindings,
      Function<JobDefinition<?, ?>, Map<String, String>> queues) {
    Set<String> names = new HashSet<>();
    Map<String, TypeDescription> types = new HashMap<>();
    Map<String, Versions> signals = new HashMap<>();
    for (ModuleDefinition module : modules) {
      names.add(module.getClass().getName());
      module.definitions().forEach(each -> types.put(each.type(), type(each, queues)));
      for (SignalDefinition<?> signal : module.signals()) {
        signals.put(signal.name(), new Versions(signal.version(), signal.value().upcastVersions()));
      }
    }
    Map<String, Handler> handlers = new HashMap<>();
    for (JobBinding<?, ?> binding : bindings) {
      JobDefinition<?, ?> definition = binding.definition();
      types.putIfAbsent(definition.type(), type(definition, queues));
      handlers.put(
          definition.type(), binding.steps().map(OwnDescription::handler).orElse(Handler.PLAIN));
    }
    return new BuildDescription(names, types, handlers, signals);
  }

  private static TypeDescription type(
      JobDefinition<?, ?> definition, Function<JobDefinition<?, ?>, Map<String, String>> queues) {
    return new TypeDescription(
        new Versions(definition.version(), definition.upcastVersions()),
        definition.aliases(),
        queues.apply(definition),
        definition.isExternal(),
        keys(definition),
        definition.inputNames(),
        Set.copyOf(
            definition.schedules().stream()
                .map(schedule -> schedule.fullName(definition.type()))
                .toList()));
  }

  private static Keys keys(JobDefinition<?, ?> definition) {
    return new Keys(
        limits(definition.limits()),
        definition.limitKey().map(LimitKey::component).orElse(null),
        orderBy(definition),
        unique(definition));
  }

  /** The limits that are set, by name. */
  static Map<String, String> limits(JobLimits declared) {
    Map<String, String> limits = new LinkedHashMap<>();
    put(limits, "maxConcurrent", declared.maxConcurrent());
    put(limits, "rates", declared.rates());
    put(limits, "maxConcurrentPerKey", declared.maxConcurrentPerKey());
    put(limits, "ratesPerKey", declared.ratesPerKey());
    return limits;
  }

  private static void put(Map<String, String> limits, String name, int limit) {
    if (limit > 0) {
      limits.put(name, Integer.toString(limit));
    }
  }

  private static void put(Map<String, String> limits, String name, List<Rate> rates) {
    if (!rates.isEmpty()) {
      limits.put(name, Rate.text(rates));
    }
  }

  private static @Nullable String orderBy(JobDefinition<?, ?> definition) {
    return definition.order().isEmpty()
        ? null
        : definition.order().flatMap(OrderRule::component).orElse("");
  }

  /** The components that make jobs of a type unique; null if there are none. */
  public static @Nullable String unique(JobDefinition<?, ?> definition) {
    return definition
        .unique()
        .map(UniqueRule::components)
        .map(components -> String.join(", ", components))
        .orElse(null);
  }

  private static Handler handler(StepsDefinition steps) {
    Map<String, List<String>> ofSteps = new HashMap<>();
    for (StepDefinition<?> step : steps.steps()) {
      ofSteps.put(step.name(), step.aliases());
    }
    Map<String, List<String>> ofWaits = new HashMap<>();
    for (WaitDefinition<?> wait : steps.waits()) {
      ofWaits.put(wait.name(), wait.aliases());
    }
    return new Handler(ofSteps, ofWaits, steps.signals(), steps.cursor().isPresent());
  }
}
