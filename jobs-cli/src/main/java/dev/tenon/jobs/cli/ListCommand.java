package dev.tenon.jobs.cli;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tenon list}. */
@Command(name = "list", description = "List jobs, newest first.")
final class ListCommand extends TenonCommand {

  @Mixin private JobFilter filter;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "Show at most N jobs, 1 to 1000. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Continue after the previous page: the value that it printed after More")
  private @Nullable String cursor;

  @Option(names = "--count", description = "Print only the number of matching jobs")
  private boolean count;

  @SuppressWarnings("NullAway.Init")
  ListCommand() {}

  @Override
  int run(Connection database) {
    JobQuery query = filter.query().withLimit(limit);
    if (count) {
      long jobs = database.jobs().count(query);
      if (isJson()) {
        print(Map.of("count", jobs));
      } else {
        line(String.valueOf(jobs));
      }
      return 0;
    }
    Page<JobSummary> page =
        database.jobs().list(cursor == null ? query : query.withCursor(Cursor.of(cursor)));
    if (isJson()) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("jobs", page.items().stream().map(Views::job).toList());
      answer.put("next", page.next().map(Cursor::toString).orElse(null));
      print(answer);
      return 0;
    }
    Text.table(
            List.of("ID", "TYPE", "STATUS", "ATTEMPTS", "SUBMITTED", "BY", "ERROR"),
            page.items().stream().map(ListCommand::row).toList())
        .forEach(this::line);
    if (page.items().isEmpty()) {
      line("No jobs.");
    }
    page.next().ifPresent(next -> line("More: --cursor=" + next));
    return 0;
  }

  private static List<String> row(JobSummary job) {
    return List.of(
        job.id().toString(),
        job.type(),
        job.status().code(),
        job.attempts() + "/" + job.maxAttempts(),
        Text.time(job.submittedAt()),
        Text.oneLine(job.submittedBy()),
        shortened(Views.text(job.error().orElse(null))));
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 59) + "…";
  }
}
