package dev.tenon.jobs.cli;

import dev.tenon.jobs.durable.JobSignal;
import dev.tenon.jobs.durable.JobStep;
import dev.tenon.jobs.durable.JobSteps;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon steps}. */
@Command(
    name = "steps",
    description = "Show the steps and waits of a job, and the signals that were sent to it.")
final class StepsCommand extends TenonCommand {

  @Parameters(paramLabel = "ID", description = "Id of the job")
  private UUID id;

  @Option(
      names = "--values",
      description = "Show results, signals and the cursor, without @Sensitive values")
  private boolean values;

  @SuppressWarnings("NullAway.Init")
  StepsCommand() {}

  @Override
  int run(Connection database) {
    // Tells a job without steps from one that does not exist
    var unused = database.jobs().get(id);
    JobSteps all = database.jobs().steps();
    List<JobStep> steps = all.ofJob(id);
    List<JobSignal> signals = all.signalsOfJob(id);
    String cursor = all.cursorOfJob(id).orElse(null);
    if (isJson()) {
      Map<String, @Nullable Object> view = new LinkedHashMap<>();
      view.put("id", id);
      view.put("steps", steps.stream().map(step -> StepViews.step(step, values)).toList());
      view.put("signals", signals.stream().map(each -> StepViews.signal(each, values)).toList());
      if (values) {
        view.put("cursor", Json.Raw.of(cursor));
      }
      print(view);
      return 0;
    }
    if (steps.isEmpty()) {
      line("No steps.");
    }
    Text.table(
            List.of("STEP", "KIND", "STATE", "BEGAN", "TOOK", "ATTEMPTS", "DETAILS"),
            steps.stream().map(this::row).toList())
        .forEach(this::line);
    if (!signals.isEmpty()) {
      line("");
      Text.table(
              List.of("SIGNAL", "SENT", "BY", "DELIVERED", "DETAILS"),
              signals.stream().map(this::row).toList())
          .forEach(this::line);
    }
    if (values && cursor != null) {
      line("");
      line("Cursor: " + Text.oneLine(cursor));
    }
    return 0;
  }

  private List<String> row(JobStep step) {
    List<String> details = new ArrayList<>();
    if (!step.signals().isEmpty()) {
      details.add("for " + String.join(" or ", step.signals()));
    }
    if (step.state() == JobStep.State.WAITING) {
      step.until().ifPresent(until -> details.add("until " + Text.time(until)));
    }
    step.message().ifPresent(message -> details.add(Text.oneLine(message)));
    if (values) {
      StepViews.result(step).ifPresent(result -> details.add(Text.oneLine(result)));
    }
    return List.of(
        StepViews.named(step.name(), step.key()),
        step.kind().code(),
        step.state().code().replace('_', ' '),
        Text.time(step.startedAt()),
        step.endedAt().map(end -> took(Duration.between(step.startedAt(), end))).orElse(""),
        step.attempts() == 0 ? "" : String.valueOf(step.attempts()),
        String.join(", ", details));
  }

  private static String took(Duration duration) {
    return duration.toSeconds() == 0
        ? duration.toMillis() + " ms"
        : Text.exact(duration.truncatedTo(ChronoUnit.SECONDS));
  }

  private List<String> row(JobSignal signal) {
    List<String> details = new ArrayList<>();
    signal.error().ifPresent(error -> details.add(Text.oneLine(error)));
    if (values) {
      details.add(Text.oneLine(signal.value()));
    }
    return List.of(
        StepViews.named(signal.name(), signal.key()),
        Text.time(signal.sentAt()),
        Text.oneLine(signal.sentBy()),
        signal.deliveredAt().map(Text::time).orElse("no"),
        String.join(", ", details));
  }
}
