package dev.tenon.jobs.cli;

import dev.tenon.jobs.operate.JobScaling.Demand;
import dev.tenon.jobs.operate.JobScaling.TypeDemand;
import dev.tenon.jobs.operate.ScalingQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon scale}. */
@Command(
    name = "scale",
    description = {
      "Show how many workers are needed for job types, and why.",
      "A type is a name such as mail.send, or a group such as mail.*; mail.send:2 leaves out jobs of"
          + " versions after 2."
    })
final class ScaleCommand extends TenonCommand {

  @Parameters(
      paramLabel = "TYPE",
      arity = "0..*",
      description = "Job types that the workers handle. Default: all types")
  private List<String> types = List.of();

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Slots of each worker. Default: those of the smallest live worker, or 10")
  private @Nullable Integer slots;

  @Option(
      names = "--start-up",
      paramLabel = "DURATION",
      description = "How long a worker takes to start, such as 30s, which is the default")
  private @Nullable String startUp;

  @Option(
      names = "--drain-within",
      paramLabel = "DURATION",
      description = "How soon to drain what is due, such as 30s, which is the default")
  private @Nullable String drainWithin;

  ScaleCommand() {}

  @Override
  int run(Connection database) {
    Demand demand = database.runtime().monitor().scaling().demand(query());
    if (isJson()) {
      print(view(demand));
      return 0;
    }
    line(
        "%s, for %s of %,d each. %,d are live, and %,d of them are busy."
            .formatted(
                count(demand.workers(), "worker"),
                count(demand.slots(), "slot"),
                demand.slotsPerWorker(),
                demand.liveWorkers(),
                demand.busyWorkers()));
    if (demand.types().isEmpty()) {
      return 0;
    }
    Text.table(
            List.of("TYPE", "DUE", "SOON", "MAY START", "RUNNING", "SLOTS"),
            demand.types().stream().map(ScaleCommand::row).toList())
        .forEach(this::line);
    demand.types().forEach(type -> line(type.type() + ": " + type.reason()));
    return 0;
  }

  private ScalingQuery query() {
    try {
      ScalingQuery query = ScalingQuery.all().withTypes(types);
      query = slots == null ? query : query.withSlots(slots);
      query =
          startUp == null ? query : query.withStartUp(JobFilter.duration("--start-up", startUp));
      return drainWithin == null
          ? query
          : query.withDrainWithin(JobFilter.duration("--drain-within", drainWithin));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static String count(int number, String what) {
    return "%,d %s%s".formatted(number, what, number == 1 ? "" : "s");
  }

  private static List<String> row(TypeDemand type) {
    return List.of(
        type.type(),
        (type.isCapped() ? ">" : "") + type.due(),
        Long.toString(type.soon()),
        Long.toString(type.startable()),
        Long.toString(type.running()),
        String.format(Locale.ROOT, "%.1f", type.slots()));
  }

  private static Map<String, @Nullable Object> view(Demand demand) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("workers", demand.workers());
    view.put("slots", demand.slots());
    view.put("slotsPerWorker", demand.slotsPerWorker());
    view.put("busyWorkers", demand.busyWorkers());
    view.put("liveWorkers", demand.liveWorkers());
    view.put("types", demand.types().stream().map(ScaleCommand::view).toList());
    return view;
  }

  private static Map<String, @Nullable Object> view(TypeDemand type) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("type", type.type());
    view.put("due", type.due());
    view.put("soon", type.soon());
    view.put("isCapped", type.isCapped());
    view.put("versions", type.versions());
    view.put("startable", type.startable());
    view.put("running", type.running());
    view.put("duration", type.duration().orElse(null));
    view.put("slots", type.slots());
    view.put("reason", type.reason());
    return view;
  }
}
