package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.Pause;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.operate.JobTypeOverrides;
import dev.tenon.jobs.operate.JobTypeState;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A job type as it was read from the table. */
record StoredType(
    String type,
    List<String> aliases,
    List<String> signals,
    Settings declared,
    Optional<Overrides> overrides,
    Map<String, Integer> keyWeights,
    Optional<Pause> pause)
    implements JobTypeState {

  StoredType {
    aliases = List.copyOf(aliases);
    signals = signals.stream().sorted().toList();
    keyWeights = Collections.unmodifiableMap(new TreeMap<>(keyWeights));
  }

  record StoredSettings(
      JobPriority priority,
      int maxAttempts,
      JobLimits limits,
      Optional<String> limitBy,
      Optional<String> costBy,
      int maxWaiting,
      Optional<String> waitingBy)
      implements Settings {}

  record StoredOverrides(JobTypeOverrides values, Instant at, String by, String reason)
      implements Overrides {}

  @Override
  public Settings effective() {
    return overrides.map(set -> with(set.values())).orElse(declared);
  }

  private Settings with(JobTypeOverrides values) {
    JobLimits limits = declared.limits();
    return new StoredSettings(
        values.priority().orElse(declared.priority()),
        values.maxAttempts().orElse(declared.maxAttempts()),
        JobLimits.NONE
            .withMaxConcurrent(values.maxConcurrent().orElse(limits.maxConcurrent()))
            .withRates(values.rates().orElse(limits.rates()))
            .withMaxConcurrentPerKey(
                values.maxConcurrentPerKey().orElse(limits.maxConcurrentPerKey()))
            .withRatesPerKey(values.ratesPerKey().orElse(limits.ratesPerKey())),
        declared.limitBy(),
        declared.costBy(),
        values.maxWaiting().orElse(declared.maxWaiting()),
        declared.waitingBy());
  }
}
