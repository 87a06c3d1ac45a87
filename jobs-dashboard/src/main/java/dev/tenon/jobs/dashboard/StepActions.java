package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.durable.JobSteps;
import java.util.Set;
import java.util.UUID;

/** The actions by hand on a step of a job. */
final class StepActions {

  /** The names of the actions, as in the addresses of their forms. */
  static final Set<String> NAMES = Set.of("done", "not-done", "again");

  private StepActions() {}

  /**
   * Changes the step that the form names.
   *
   * @return what was done
   */
  static String change(Call call, JobSummary job, String action, Actor actor) {
    JobSteps steps = call.site().jobs().steps();
    UUID id = job.id();
    String name = call.form().require("step", "a step");
    String key = call.form().text("key");
    String step = named(name, key);
    return Call.change(
        () ->
            switch (action) {
              case "done" -> {
                String result = call.form().text("result");
                steps.markDone(id, name, key, result.isBlank() ? null : result, actor);
                yield step + " is recorded as done. The job continues.";
              }
              case "not-done" -> {
                steps.markNotDone(id, name, key, actor);
                yield step + " is recorded as not done. The job continues, and runs it.";
              }
              default -> {
                steps.runAgainFrom(id, name, key, actor);
                yield "The job will run again from " + step.replaceFirst("^S", "s") + ".";
              }
            });
  }

  /** The name of a step with its key, at the beginning of a sentence. */
  static String named(String name, String key) {
    return "Step " + name + (key.isEmpty() ? "" : " (" + key + ")");
  }
}
