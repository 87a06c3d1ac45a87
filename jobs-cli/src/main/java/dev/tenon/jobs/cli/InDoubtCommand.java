package dev.tenon.jobs.cli;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.durable.InDoubtQuery;
import dev.tenon.jobs.durable.JobStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon in-doubt}. */
@Command(
    name = "in-doubt",
    description =
        "List the steps in doubt: they have begun and have no result, and Tenon does not repeat them."
            + " 'tenon resolve' decides about one.")
final class InDoubtCommand extends TenonCommand {

  @Option(
      names = "--cursor",
      paramLabel = "CURSOR",
      description = "Continue after the previous page: the value that it printed after More")
  private @Nullable String cursor;

  InDoubtCommand() {}

  @Override
  int run(Connection database) {
    InDoubtQuery all = InDoubtQuery.all();
    InDoubtQuery query = cursor == null ? all : all.withCursor(Cursor.of(cursor));
    Page<JobStep> page = database.jobs().steps().inDoubt(query);
    if (isJson()) {
      Map<String, @Nullable Object> answer = new LinkedHashMap<>();
      answer.put("steps", page.items().stream().map(step -> StepViews.step(step, false)).toList());
      answer.put("next", page.next().map(Cursor::toString).orElse(null));
      print(answer);
      return 0;
    }
    Text.table(
            List.of("JOB", "TYPE", "STEP", "STATE", "BEGAN", "QUESTION"),
            page.items().stream().map(InDoubtCommand::row).toList())
        .forEach(this::line);
    if (page.items().isEmpty()) {
      line("No steps in doubt.");
    }
    page.next().ifPresent(next -> line("More: --cursor=" + next));
    return 0;
  }

  private static List<String> row(JobStep step) {
    return List.of(
        step.jobId().toString(),
        step.jobType(),
        StepViews.named(step.name(), step.key()),
        step.state().code().replace('_', ' '),
        Text.time(step.startedAt()),
        Text.oneLine(step.message().orElse("")));
  }
}
