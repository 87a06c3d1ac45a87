package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.dashboard.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code preview_bulk}: the dry run of a change to many jobs. */
final class PreviewBulk implements AgentTool {

  /** The most jobs that an agent may change together. */
  static final long MAX_JOBS = 10_000;

  private static final int SAMPLES = 5;

  private static final List<Argument> ARGUMENTS = arguments(FilterArguments.ARGUMENTS);

  private static List<Argument> arguments(List<Argument> filter) {
    List<Argument> all = new ArrayList<>(List.of(action()));
    all.addAll(filter);
    return List.copyOf(all);
  }

  /** The argument that says what to do. */
  static Argument action() {
    return Argument.choice("action", "What to do with the jobs", BulkAction.codes()).required();
  }

  @Override
  public String name() {
    return "preview_bulk";
  }

  @Override
  public String title() {
    return "Preview a change of many jobs";
  }

  @Override
  public String description() {
    return "Dry run of a retry or cancel of many jobs. Changes nothing. Returns the number of matching jobs, the newest"
        + " of them, and a token for run_bulk, which is valid for 5 minutes. Show a person the number and the filter"
        + " before you use the token.";
  }

  @Override
  public Right right() {
    return Right.ACT;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    BulkAction action = BulkAction.ofCode(arguments.require("action"));
    Map<String, Object> filter = arguments.only(FilterArguments.ARGUMENTS);
    if (filter.isEmpty()) {
      throw new Refusal(
          "No filter is given, so this would be about all jobs. Give at least one of %s."
              .formatted(
                  String.join(
                      ", ", FilterArguments.ARGUMENTS.stream().map(Argument::name).toList())));
    }
    JobQuery query = FilterArguments.query(call, arguments, Right.ACT);
    long count = call.site().jobs().count(query, MAX_JOBS + 1);
    if (count > MAX_JOBS) {
      throw new Refusal(
          "More than %d jobs match: %s. Narrow the filter, or have a person make the change with the tenon command or in the dashboard."
              .formatted(MAX_JOBS, query.describe()));
    }
    Fields fields =
        new Fields()
            .add("action", action.code())
            .add("jobs", query.describe())
            .add("filter", filter)
            .add("count", count);
    if (count == 0) {
      return fields.add("note", "No job matches, so there is nothing to do and no token.").map();
    }
    return fields
        .add(
            "newest",
            call.site().jobs().list(query.withLimit(SAMPLES)).items().stream()
                .map(Views::job)
                .toList())
        .add("token", call.site().dryRuns().add(call.name(), action, filter, query, count))
        .add("tokenValidUntil", call.now().plus(DryRuns.VALIDITY))
        .map();
  }
}
