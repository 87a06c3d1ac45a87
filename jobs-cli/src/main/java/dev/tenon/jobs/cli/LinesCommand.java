package dev.tenon.jobs.cli;

import dev.tenon.jobs.operate.JobLines;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenon lines}. */
@Command(
    name = "lines",
    description =
        "List the blocked keys of a type whose jobs run in order: their first job is not due, and"
            + " holds back the others. 'tenon let-pass' lets them pass it.")
final class LinesCommand extends TenonCommand {

  private static final int MAX_LINES = 1_000;

  @Parameters(paramLabel = "TYPE", description = "Name of the job type")
  private String type;

  @SuppressWarnings("NullAway.Init")
  LinesCommand() {}

  @Override
  int run(Connection database) {
    List<JobLines.Blocked> lines = database.jobs().lines().blocked(type, MAX_LINES);
    if (isJson()) {
      print(lines.stream().map(LinesCommand::view).toList());
      return 0;
    }
    Text.table(
            List.of("KEY", "JOB", "DUE", "BEHIND", "ERROR"),
            lines.stream().map(LinesCommand::row).toList())
        .forEach(this::line);
    if (lines.isEmpty()) {
      line("No blocked keys.");
    }
    return 0;
  }

  private static List<String> row(JobLines.Blocked line) {
    return List.of(
        Text.oneLine(line.key()),
        line.jobId().toString(),
        line.dueAt().map(Text::time).orElse("no time"),
        String.valueOf(line.waiting()),
        Text.oneLine(line.lastError().orElse("")));
  }

  private static Map<String, @Nullable Object> view(JobLines.Blocked line) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("type", line.type());
    view.put("key", line.key());
    view.put("jobId", line.jobId().toString());
    view.put("status", line.status().code());
    view.put("dueAt", line.dueAt().map(Instant::toString).orElse(null));
    view.put("lastError", line.lastError().orElse(null));
    view.put("waiting", line.waiting());
    return view;
  }
}
