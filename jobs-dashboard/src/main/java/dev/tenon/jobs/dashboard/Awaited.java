package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobStep.State;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A signal that a job may wait for.
 *
 * @param name the name of the signal
 * @param key the key of the wait; empty for none
 * @param isWaiting whether the job waits for it now
 */
record Awaited(String name, String key, boolean isWaiting) {

  boolean hasKey() {
    return !key.isEmpty();
  }

  /** The signals that a job may wait for: first those that it waits for now. */
  static List<Awaited> of(Call call, String type, List<JobStep> steps) {
    Set<Awaited> awaited = new LinkedHashSet<>();
    for (JobStep step : steps) {
      if (step.state() == State.WAITING) {
        step.signals().forEach(signal -> awaited.add(new Awaited(signal, step.key(), true)));
      }
    }
    call.site().jobs().types().find(type).stream()
        .flatMap(state -> state.signals().stream())
        .filter(signal -> awaited.stream().noneMatch(other -> other.name().equals(signal)))
        .map(signal -> new Awaited(signal, "", false))
        .toList()
        .forEach(awaited::add);
    return List.copyOf(awaited);
  }

  String query() {
    return "signal=" + Parameters.encode(name) + (hasKey() ? "&key=" + Parameters.encode(key) : "");
  }
}
