package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import dev.tenon.jobs.operate.ScalingQuery;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says in JSON how many workers are needed, for autoscalers such as KEDA. */
final class ScalingPage implements Page {

  private static final Pattern COMMA = Pattern.compile(",");

  @Override
  public DashboardResponse answer(Call call) {
    call.requireGet();
    call.require(Right.READ);
    if (!call.user().mayEverywhere(Right.READ)) {
      return DashboardResponse.text(
          403,
          "You may not see how many workers are needed: they run jobs of several types, and you may see some.\n");
    }
    ScalingQuery query;
    try {
      query = query(call.query());
    } catch (IllegalArgumentException e) {
      // For a program, which has no use for a page
      return DashboardResponse.text(400, e.getMessage() + "\n");
    }
    return DashboardResponse.json(json(call.site().monitor().scaling().demand(query)));
  }

  private static ScalingQuery query(Parameters parameters) {
    ScalingQuery query =
        ScalingQuery.all()
            .withTypes(
                parameters.all("types").stream()
                    .flatMap(COMMA::splitAsStream)
                    .map(String::strip)
                    .filter(type -> !type.isEmpty())
                    .toList());
    Optional<Integer> slots = number(parameters, "slots");
    Optional<Integer> startUp = number(parameters, "startUpSeconds");
    Optional<Integer> drain = number(parameters, "drainWithinSeconds");
    query = slots.isPresent() ? query.withSlots(slots.get()) : query;
    query = startUp.isPresent() ? query.withStartUp(Duration.ofSeconds(startUp.get())) : query;
    return drain.isPresent() ? query.withDrainWithin(Duration.ofSeconds(drain.get())) : query;
  }

  private static Optional<Integer> number(Parameters parameters, String name) {
    return parameters
        .get(name)
        .map(
            text -> {
              if (!text.matches("\\d{1,6}")) {
                throw new IllegalArgumentException(
                    "%s is '%s'; it must be a whole number.".formatted(name, text));
              }
              return Integer.parseInt(text);
            });
  }

  private static String json(Demand demand) {
    List<String> types = demand.types().stream().map(ScalingPage::json).toList();
    return String.format(
        Locale.ROOT,
        """
        {"value":%d,"slots":%d,"slotsPerWorker":%d,"busyWorkers":%d,"liveWorkers":%d,"types":[%s]}
        """,
        demand.workers(),
        demand.slots(),
        demand.slotsPerWorker(),
        demand.busyWorkers(),
        demand.liveWorkers(),
        String.join(",", types));
  }

  private static String json(TypeDemand type) {
    String versions =
        type.versions().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(each -> "\"" + each.getKey() + "\":" + each.getValue())
            .collect(Collectors.joining(","));
    return String.format(
        Locale.ROOT,
        """
        {"type":%s,"due":%d,"soon":%d,"startable":%d,"running":%d,"slots":%.3f,"versions":{%s},"reason":%s}""",
        Json.quote(type.type()),
        type.due(),
        type.soon(),
        type.startable(),
        type.running(),
        type.slots(),
        versions,
        Json.quote(type.reason()));
  }
}
