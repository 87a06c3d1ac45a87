package dev.tenon.jobs.cli;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.WaitReason;
import dev.tenon.jobs.operate.JobMonitor;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon show}. */
@Command(name = "show", description = "Show a job: its status, why it waits, and its attempts.")
final class ShowCommand extends TenonCommand {

  @Parameters(paramLabel = "ID", description = "Id of the job")
  private UUID id;

  @Option(names = "--payload", description = "Show payload and result, without @Sensitive values")
  private boolean payload;

  @Option(names = "--stack", description = "Show the stack trace of the last error")
  private boolean stack;

  @SuppressWarnings("NullAway.Init")
  ShowCommand() {}

  @Override
  int run(Connection database) {
    JobService jobs = database.jobs();
    Job job = jobs.get(id);
    List<JobAttempt> attempts = jobs.attempts(id);
    String waits = jobs.whyWaiting(id).map(WaitReason::describe).orElse(null);
    if (isJson()) {
      Map<String, @Nullable Object> view =
          payload
              ? Views.withPayload(job, database.runtime().monitor().masked(job))
              : Views.job(job);
      view.put("whyWaiting", waits);
      view.put("attemptsMade", attempts.stream().map(Views::attempt).toList());
      print(view);
      return 0;
    }
    field("Job", job.id());
    field("Type", job.type() + " (version " + job.version() + ")");
    field("Status", job.status().code());
    field("Waits", waits);
    field("Priority", job.priority());
    field("Item", job.itemId().orElse(null));
    field(
        "Headers",
        job.headers().isEmpty()
            ? null
            : job.headers().asMap().entrySet().stream()
                .map(header -> header.getKey() + "=" + Text.oneLine(header.getValue()))
                .collect(Collectors.joining(", ")));
    field("Submitted", Text.time(job.submittedAt()) + " by " + job.submittedBy());
    field("Due", Text.time(job.runAt()));
    field("Must start", job.startBefore().map(at -> "before " + Text.time(at)).orElse(null));
    field("Attempts", job.attempts() + " of " + job.maxAttempts());
    field("Crashes", job.crashes() == 0 ? null : job.crashes());
    field(
        "Progress",
        job.progress() + " %" + job.progressMessage().map(message -> ", " + message).orElse(""));
    field("Worker", job.workerId().orElse(null));
    field("Started", job.startedAt().map(Text::time).orElse(null));
    field("Ended", job.finishedAt().map(Text::time).orElse(null));
    field(
        "Cancelled",
        job.cancelRequestedAt().isEmpty()
            ? null
            : "requested at " + Text.time(job.cancelRequestedAt().orElse(null)));
    field("Error", job.error().map(Views::text).orElse(null));
    if (payload) {
      JobMonitor.Masked values = database.runtime().monitor().masked(job);
      field("Payload", values.payload());
      field("Result", values.result().orElse(null));
    }
    if (!attempts.isEmpty()) {
      line("");
      Text.table(
              List.of("ATTEMPT", "OUTCOME", "STARTED", "ENDED", "WORKER", "ERROR"),
              attempts.stream().map(ShowCommand::row).toList())
          .forEach(this::line);
    }
    if (stack) {
      attempts.stream()
          .flatMap(attempt -> attempt.stack().stream())
          .reduce((first, last) -> last)
          .ifPresent(text -> line("\n" + text.strip()));
    }
    return 0;
  }

  private void field(String name, @Nullable Object value) {
    if (value != null) {
      line("%-10s %s".formatted(name, Text.oneLine(value)));
    }
  }

  private static List<String> row(JobAttempt attempt) {
    return List.of(
        String.valueOf(attempt.attempt()),
        attempt.outcome().code(),
        Text.time(attempt.startedAt()),
        Text.time(attempt.finishedAt()),
        attempt.workerId(),
        Views.text(attempt.error().orElse(null)));
  }
}
