package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobMonitor.FailureGroup;
import dev.tenon.jobs.operate.JobMonitor.Range;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code list_failures}: failures of the same kind, in groups. */
final class ListFailures implements AgentTool {

  private static final int DEFAULT_HOURS = 24;
  private static final int MAX_HOURS = 24 * 35;
  private static final int MAX_SHOWN = 50;

  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.number("hours", "Length of the time, until now; 24 if left out", 1, MAX_HOURS),
          Argument.text("type", "Name of the job type; all types if left out"));

  @Override
  public String name() {
    return "list_failures";
  }

  @Override
  public String title() {
    return "List failures";
  }

  @Override
  public String description() {
    return "Groups failed attempts of the last hours by kind, most recent first. Each group has a fingerprint, which"
        + " find_jobs takes.";
  }

  @Override
  public Right right() {
    return Right.READ;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    Duration length = Duration.ofHours(arguments.number("hours", DEFAULT_HOURS));
    List<FailureGroup> groups =
        call.site()
            .monitor()
            .failures(
                Range.last(length, call.now()),
                FilterArguments.types(call, arguments.text("type"), Right.READ),
                MAX_SHOWN + 1);
    return new Fields()
        .add("hours", length.toHours())
        .add("groups", groups.stream().limit(MAX_SHOWN).map(Views::failures).toList())
        .add("isMore", groups.size() > MAX_SHOWN ? true : null)
        .map();
  }
}
