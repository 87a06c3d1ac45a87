package dev.tenon.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results as Markdown. */
final class Report {

  private final Machine machine;
  private final Results results;
  private final int rounds;
  private final String command;

  /**
   * A report.
   *
   * @param rounds how often everything was measured
   * @param command what was called
   */
  Report(Machine machine, Results results, int rounds, String command) {
    this.command = command;
    this.machine = machine;
    this.results = results;
    this.rounds = rounds;
  }

  /** One measurement in a line. */
  static String line(Measurement measurement) {
    return measurement.figures().entrySet().stream()
        .map(entry -> entry.getKey().show(entry.getValue()) + " " + entry.getKey().unit())
        .collect(Collectors.joining("  "));
  }

  /** The whole report. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Benchmarks: one run\n\nWritten by `").append(command).append("`.");
    text.append(" [How it is measured](../benchmarks.md).\n\n");
    for (Scenario scenario : results.scenarios()) {
      scenario(text, scenario);
    }
    targets(text);
    text.append("## Machine, versions, settings\n\n| what | value |\n|---|---|\n");
    machine.facts().forEach((name, value) -> row(text, List.of(name, value)));
    for (Contender contender : Contender.values()) {
      row(text, List.of(contender.label(), contender.settings()));
    }
    return text.append('\n').toString();
  }

  private void scenario(StringBuilder text, Scenario scenario) {
    text.append("## ").append(scenario.title()).append("\n\n");
    text.append(scenario.method());
    text.append(" Median of ").append(rounds).append(" (least to most).\n\n");
    List<Figure> figures = figures(scenario);
    List<String> head = new ArrayList<>(List.of("system"));
    boolean tellsHistory = differInHistory(results.contenders(scenario));
    if (tellsHistory) {
      head.add("keeps history");
    }
    figures.forEach(figure -> head.add(figure.unit()));
    boolean hasRatios = scenario.figure() == Figure.RATE;
    if (hasRatios) {
      head.addAll(List.of("× bare", "× db-scheduler"));
    }
    row(text, head);
    text.append("|---".repeat(head.size())).append("|\n");
    for (Contender contender : results.contenders(scenario)) {
      List<String> cells = new ArrayList<>(List.of(contender.label()));
      if (tellsHistory) {
        cells.add(contender.keepsHistory() ? "yes" : "no");
      }
      for (Figure figure : figures) {
        cells.add(
            results
                .statistics(scenario, contender, figure)
                .map(values -> cell(scenario, figure, values))
                .orElse("–"));
      }
      if (hasRatios) {
        cells.add(ratio(scenario, contender, Contender.BARE));
        cells.add(ratio(scenario, contender, Contender.DB_SCHEDULER));
      }
      row(text, cells);
    }
    text.append('\n');
  }

  private void targets(StringBuilder text) {
    if (Target.ALL.stream().allMatch(target -> target.reached(results).isEmpty())) {
      return;
    }
    text.append(
        "## Targets\n\n| scenario | system | target | reached | |\n|---|---|---|---|---|\n");
    for (Target target : Target.ALL) {
      target
          .reached(results)
          .ifPresent(
              value ->
                  row(
                      text,
                      List.of(
                          target.scenario().title(),
                          target.contender().label(),
                          target.text(),
                          target.show(value),
                          target.isMetBy(value) ? "met" : "**missed**")));
    }
    text.append('\n');
  }

  /** The figure that each of these scenarios is about, as a picture. */
  String chart(Collection<Scenario> scenarios) {
    BarChart chart = new BarChart();
    for (Scenario scenario : scenarios) {
      Figure figure = scenario.figure();
      List<BarChart.Bar> bars = new ArrayList<>();
      for (Contender contender : results.contenders(scenario)) {
        double value = results.statistics(scenario, contender, figure).orElseThrow().median();
        bars.add(
            new BarChart.Bar(contender.label(), value, figure.show(value), contender.isTenon()));
      }
      String direction = figure.moreIsBetter() ? "more is better" : "less is better";
      chart.add("%s: %s, %s".formatted(scenario.title(), figure.unit(), direction), bars);
    }
    return chart.svg();
  }

  private static boolean differInHistory(Collection<Contender> contenders) {
    return contenders.stream().map(Contender::keepsHistory).distinct().count() > 1;
  }

  private List<Figure> figures(Scenario scenario) {
    List<Figure> figures = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      boolean measured =
          results.contenders(scenario).stream()
              .anyMatch(contender -> results.statistics(scenario, contender, figure).isPresent());
      if (measured) {
        figures.add(figure);
      }
    }
    return figures;
  }

  private String cell(Scenario scenario, Figure figure, Statistics values) {
    String median = figure.show(values.median());
    if (rounds == 1 || figure != scenario.figure()) {
      return median;
    }
    return "%s (%s–%s)".formatted(median, figure.show(values.min()), figure.show(values.max()));
  }

  private String ratio(Scenario scenario, Contender contender, Contender other) {
    Optional<Double> ratio = results.ratio(scenario, contender, other, scenario.figure());
    return ratio.map("%.2f"::formatted).orElse("–");
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
