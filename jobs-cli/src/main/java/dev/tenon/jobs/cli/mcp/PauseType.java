package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.dashboard.Right;
import dev.tenon.jobs.operate.JobTypeState;
import dev.tenon.jobs.operate.JobTypes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code pause_type} and {@code resume_type}. */
final class PauseType implements AgentTool {

  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.text("type", "Name of the job type, as overview lists it").required(),
          Argument.reason());

  private final boolean pauses;

  /**
   * A tool.
   *
   * @param pauses true to pause, false to resume
   */
  PauseType(boolean pauses) {
    this.pauses = pauses;
  }

  @Override
  public String name() {
    return pauses ? "pause_type" : "resume_type";
  }

  @Override
  public String title() {
    return pauses ? "Pause a job type" : "Resume a job type";
  }

  @Override
  public String description() {
    return pauses
        ? "Pauses a job type: no more of its jobs start until it is resumed. Running jobs continue, and new jobs wait."
        : "Ends the pause of a job type. Find out first who paused it, and why.";
  }

  @Override
  public Right right() {
    return Right.ACT;
  }

  @Override
  public boolean isDestructive() {
    return pauses;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    JobTypeState type = call.type(arguments.require("type"));
    call.require(Right.ACT, type.type());
    Actor actor = call.actor(arguments.require("reason"));
    JobTypes types = call.site().jobs().types();
    JobTypeState changed =
        pauses ? types.pause(type.type(), actor) : types.resume(type.type(), actor);
    return new Fields().add("wasPaused", type.isPaused()).add("type", Views.type(changed)).map();
  }
}
