package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.dashboard.Right;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code retry_job} and {@code cancel_job}. */
final class ChangeJob implements AgentTool {

  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.text("jobId", "Id of the job, as find_jobs has it").required(),
          Argument.reason());

  private final BulkAction action;

  ChangeJob(BulkAction action) {
    this.action = action;
  }

  @Override
  public String name() {
    return action.code() + "_job";
  }

  @Override
  public String title() {
    return action == BulkAction.RETRY ? "Retry a job" : "Cancel a job";
  }

  @Override
  public String description() {
    return action == BulkAction.RETRY
        ? "Runs one failed or cancelled job again, with the full number of attempts. Find out first why it failed."
        : "Cancels one job: a waiting one immediately, a running one when its handler stops.";
  }

  @Override
  public Right right() {
    return Right.ACT;
  }

  @Override
  public boolean isDestructive() {
    return action == BulkAction.CANCEL;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    Job job = call.job(arguments.id("jobId").orElseThrow());
    call.require(Right.ACT, job.type());
    String outcome =
        action.change(call.site().jobs(), job.id(), call.actor(arguments.require("reason")));
    return new Fields()
        .add("jobId", job.id())
        .add("outcome", outcome)
        .add("status", call.site().jobs().get(job.id()).status().code())
        .map();
  }
}
