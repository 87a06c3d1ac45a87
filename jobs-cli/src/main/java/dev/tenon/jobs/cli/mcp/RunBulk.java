package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.BulkOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code run_bulk}: the change that a dry run was about. It repeats the filter and the number, so
 * that whoever approves the call sees what they approve.
 */
final class RunBulk implements AgentTool {

  private static final List<Argument> ARGUMENTS = arguments(FilterArguments.ARGUMENTS);

  private static List<Argument> arguments(List<Argument> filter) {
    List<Argument> all = new ArrayList<>(List.of(PreviewBulk.action()));
    all.addAll(filter);
    all.add(
        Argument.number(
                "count",
                "The number of jobs that preview_bulk has found",
                1,
                (int) PreviewBulk.MAX_JOBS)
            .required());
    all.add(Argument.text("token", "The token of preview_bulk").required());
    all.add(Argument.reason());
    return List.copyOf(all);
  }

  @Override
  public String name() {
    return "run_bulk";
  }

  @Override
  public String title() {
    return "Change many jobs";
  }

  @Override
  public String description() {
    return "Retries or cancels the jobs of a dry run. Needs the action, filter, count and token of preview_bulk. If many"
        + " more jobs match by now, nothing is changed. Jobs whose status does not allow it are skipped.";
  }

  @Override
  public Right right() {
    return Right.ACT;
  }

  @Override
  public boolean isDestructive() {
    return true;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    BulkAction action = BulkAction.ofCode(arguments.require("action"));
    // What the user may do now decides, not what they might do at the time of the dry run
    List<String> types = FilterArguments.query(call, arguments, Right.ACT).types();
    Actor actor = call.actor(arguments.require("reason"));
    DryRuns.DryRun run =
        call.site()
            .dryRuns()
            .use(
                arguments.require("token"),
                call.name(),
                action,
                arguments.only(FilterArguments.ARGUMENTS),
                arguments.number("count", 0));
    if (!run.query().types().equals(types)) {
      throw new Refusal(
          "The job types that you may change are others than at the time of the dry run. Call preview_bulk again.");
    }
    return Views.operation(
        action.change(
            call.site().jobs(),
            run.query(),
            BulkOptions.defaults().withExpectedCount(run.count()),
            actor));
  }
}
