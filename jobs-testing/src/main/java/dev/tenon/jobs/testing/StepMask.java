package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.SensitivePaths;
import dev.tenon.jobs.definition.SignalDefinition;
import dev.tenon.jobs.definition.StepDefinition;
import dev.tenon.jobs.definition.StepsDefinition;
import dev.tenon.jobs.definition.ValueDefinition;
import dev.tenon.jobs.definition.WaitDefinition;
import dev.tenon.jobs.internal.values.SensitiveJson;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Hides what is sensitive in what a job keeps between its attempts, as PostgreSQL's {@code
 * SensitiveStore} does. Immutable.
 *
 * @param steps the paths in the results of steps, by the name of the step
 * @param signals the paths in signals, by their names
 * @param cursor the paths in the cursor
 * @param others the paths in everything that the handler does not declare
 */
record StepMask(
    Map<String, SensitivePaths> steps,
    Map<String, SensitivePaths> signals,
    SensitivePaths cursor,
    SensitivePaths others) {

  /** Hides nothing. */
  static final StepMask NONE =
      new StepMask(Map.of(), Map.of(), SensitivePaths.NONE, SensitivePaths.NONE);

  /** Hides everything. */
  private static final StepMask ALL =
      new StepMask(Map.of(), Map.of(), SensitivePaths.ALL, SensitivePaths.ALL);

  /**
   * The mask of a type.
   *
   * @param binding its handler; if there is none, nobody knows what is sensitive, and everything is
   *     hidden
   */
  static StepMask of(Optional<JobBinding<?, ?>> binding) {
    return binding.map(found -> found.steps().map(StepMask::of).orElse(NONE)).orElse(ALL);
  }

  private static StepMask of(StepsDefinition definition) {
    Map<String, SensitivePaths> steps = new HashMap<>();
    for (StepDefinition<?> step : definition.steps()) {
      SensitivePaths paths =
          step.result().map(ValueDefinition::sensitive).orElse(SensitivePaths.NONE);
      steps.merge(step.name(), paths, SensitivePaths::and);
      step.aliases().forEach(alias -> steps.merge(alias, paths, SensitivePaths::and));
    }
    Map<String, SensitivePaths> signals = new HashMap<>();
    for (WaitDefinition<?> wait : definition.waits()) {
      for (SignalDefinition<?> signal : wait.signals()) {
        signals.merge(signal.name(), signal.value().sensitive(), SensitivePaths::and);
      }
    }
    return new StepMask(
        steps,
        signals,
        definition.cursor().map(ValueDefinition::sensitive).orElse(SensitivePaths.NONE),
        SensitivePaths.NONE);
  }

  /** The result of a step as people see it. */
  String step(String name, String json) {
    return SensitiveJson.masked(json, steps.getOrDefault(name, others));
  }

  /** A signal as people see it. */
  String signal(String name, String json) {
    return SensitiveJson.masked(json, signals.getOrDefault(name, others));
  }

  /** A cursor as people see it. */
  String cursor(String json) {
    return SensitiveJson.masked(json, cursor);
  }
}
