package dev.tenon.jobs.cli;

import dev.tenon.jobs.definition.JobLimits;
import dev.tenon.jobs.definition.Rate;
import dev.tenon.jobs.operate.JobTypeState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Job types, as they are printed. */
final class Types {

  private static final List<String> HEAD =
      List.of(
          "TYPE",
          "PRIORITY",
          "ATTEMPTS",
          "CONCURRENT",
          "RATES",
          "KEY",
          "WAITING",
          "OVERRIDDEN",
          "PAUSED");

  private Types() {}

  static void print(TenonCommand command, JobTypeState type) {
    if (command.isJson()) {
      command.print(view(type));
    } else {
      Text.table(HEAD, List.of(row(type))).forEach(command::line);
    }
  }

  static void print(TenonCommand command, List<JobTypeState> types) {
    if (command.isJson()) {
      command.print(types.stream().map(Types::view).toList());
    } else if (types.isEmpty()) {
      command.line("No job types: no application that declares job types has started yet.");
    } else {
      Text.table(HEAD, types.stream().map(Types::row).toList()).forEach(command::line);
    }
  }

  private static List<String> row(JobTypeState type) {
    JobTypeState.Settings settings = type.effective();
    JobLimits limits = settings.limits();
    return List.of(
        type.type(),
        settings.priority().code(),
        String.valueOf(settings.maxAttempts()),
        limit(limits.maxConcurrent(), limits.maxConcurrentPerKey()),
        rates(limits.rates(), limits.ratesPerKey()),
        settings.limitBy().orElse("") + weights(type.keyWeights()),
        settings.maxWaiting() == 0
            ? ""
            : settings.maxWaiting() + settings.waitingBy().map(by -> " per " + by).orElse(""),
        type.overrides().map(set -> "by " + Text.oneLine(set.by())).orElse(""),
        type.pause()
            .map(
                pause ->
                    "by %s: %s".formatted(Text.oneLine(pause.by()), Text.oneLine(pause.reason())))
            .orElse(""));
  }

  private static String limit(int all, int perKey) {
    String text = all == 0 ? "" : String.valueOf(all);
    return perKey == 0 ? text : text + (text.isEmpty() ? "" : ", ") + perKey + " per key";
  }

  private static String weights(Map<String, Integer> weights) {
    return weights.isEmpty()
        ? ""
        : weights.entrySet().stream()
            .map(weight -> Text.oneLine(weight.getKey()) + " = " + weight.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
  }

  private static String rates(List<Rate> all, List<Rate> perKey) {
    String text = Rate.text(all);
    return perKey.isEmpty()
        ? text
        : text + (text.isEmpty() ? "" : ", ") + Rate.text(perKey) + " per key";
  }

  static Map<String, @Nullable Object> view(JobTypeState type) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("type", type.type());
    view.put("aliases", type.aliases());
    view.put("declared", settings(type.declared()));
    view.put("effective", settings(type.effective()));
    view.put("keyWeights", type.keyWeights());
    view.put(
        "overrides",
        type.overrides().map(set -> by(set.by(), set.reason(), set.at().toString())).orElse(null));
    view.put(
        "pause",
        type.pause()
            .map(pause -> by(pause.by(), pause.reason(), pause.since().toString()))
            .orElse(null));
    return view;
  }

  private static Map<String, @Nullable Object> by(String by, String reason, String at) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("by", by);
    view.put("reason", reason);
    view.put("at", at);
    return view;
  }

  private static Map<String, @Nullable Object> settings(JobTypeState.Settings settings) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("priority", settings.priority().code());
    view.put("maxAttempts", settings.maxAttempts());
    view.put("maxConcurrent", settings.limits().maxConcurrent());
    view.put("rates", settings.limits().rates().stream().map(Rate::toString).toList());
    view.put("maxConcurrentPerKey", settings.limits().maxConcurrentPerKey());
    view.put("ratesPerKey", settings.limits().ratesPerKey().stream().map(Rate::toString).toList());
    view.put("limitBy", settings.limitBy().orElse(null));
    view.put("costBy", settings.costBy().orElse(null));
    view.put("maxWaiting", settings.maxWaiting());
    view.put("waitingBy", settings.waitingBy().orElse(null));
    return view;
  }
}
