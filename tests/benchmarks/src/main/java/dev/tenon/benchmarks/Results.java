package dev.tenon.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All measurements of a run. */
final class Results {

  private final Map<Scenario, Map<Contender, List<Measurement>>> measurements =
      new EnumMap<>(Scenario.class);

  void add(Scenario scenario, Contender contender, Measurement measurement) {
    measurements
        .computeIfAbsent(scenario, any -> new EnumMap<>(Contender.class))
        .computeIfAbsent(contender, any -> new ArrayList<>())
        .add(measurement);
  }

  Collection<Scenario> scenarios() {
    return measurements.keySet();
  }

  Collection<Contender> contenders(Scenario scenario) {
    return measurements.getOrDefault(scenario, Map.of()).keySet();
  }

  /** What was measured of a figure; empty if nothing was. */
  Optional<Statistics> statistics(Scenario scenario, Contender contender, Figure figure) {
    List<Double> values = new ArrayList<>();
    for (Measurement measurement :
        measurements.getOrDefault(scenario, Map.of()).getOrDefault(contender, List.of())) {
      Double value = measurement.figures().get(figure);
      if (value != null) {
        values.add(value);
      }
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(Statistics.of(values));
  }

  /** The ratio of two medians; empty if one of them is missing. */
  Optional<Double> ratio(Scenario scenario, Contender contender, Contender other, Figure figure) {
    return statistics(scenario, contender, figure)
        .flatMap(
            own ->
                statistics(scenario, other, figure).map(others -> own.median() / others.median()));
  }
}
