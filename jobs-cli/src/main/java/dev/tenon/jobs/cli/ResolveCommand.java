package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.durable.JobSteps;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon resolve}. */
@Command(
    name = "resolve",
    description = "Decide whether a step in doubt was done. The job continues.")
final class ResolveCommand extends ActingCommand {

  @Parameters(index = "0", paramLabel = "ID", description = "Id of the job")
  private UUID id;

  @Parameters(index = "1", paramLabel = "STEP", description = "Name of the step")
  private String step;

  @Option(names = "--key", paramLabel = "KEY", description = "Key of the step, if it has one")
  private @Nullable String key;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Decision decision;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      required = true,
      description = "Reason for the audit")
  private String reason;

  /** The decision. */
  static final class Decision {

    @Option(
        names = "--done",
        paramLabel = "JSON",
        arity = "0..1",
        fallbackValue = "",
        description = "The step was done, with this result; without one if it returns nothing")
    private @Nullable String done;

    @Option(names = "--not-done", description = "The step was not done, and runs again")
    private boolean notDone;

    Decision() {}
  }

  @SuppressWarnings("NullAway.Init")
  ResolveCommand() {}

  @Override
  int run(Connection database) {
    JobSteps steps = database.jobs().steps();
    Actor actor = actor(reason);
    String named = key == null ? "" : key;
    String result = decision.done;
    if (decision.notDone) {
      steps.markNotDone(id, step, named, actor);
    } else {
      steps.markDone(id, step, named, result == null || result.isBlank() ? null : result, actor);
    }
    String outcome = decision.notDone ? "not_done" : "done";
    if (isJson()) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("id", id);
      answer.put("step", step);
      answer.put("key", named);
      answer.put("outcome", outcome);
      print(answer);
    } else {
      line("%s %s %s".formatted(id, StepViews.named(step, named), outcome.replace('_', ' ')));
    }
    return 0;
  }
}
