package dev.tenon.jobs.cli.mcp;

import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.Page;
import dev.tenon.jobs.dashboard.Right;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code find_jobs}: a page of jobs, or their number. */
final class FindJobs implements AgentTool {

  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 100;
  private static final long MAX_COUNT = 1_000_000;

  private static final List<Argument> ARGUMENTS = arguments(FilterArguments.ARGUMENTS);

  private static List<Argument> arguments(List<Argument> filter) {
    List<Argument> all = new ArrayList<>(filter);
    all.add(
        Argument.number(
            "limit", "Jobs on a page; " + DEFAULT_LIMIT + " if left out", 1, MAX_LIMIT));
    all.add(Argument.text("cursor", "The 'next' of the previous page, with the same filter"));
    all.add(Argument.flag("countOnly", "True for only the number of jobs"));
    return List.copyOf(all);
  }

  @Override
  public String name() {
    return "find_jobs";
  }

  @Override
  public String title() {
    return "Find jobs";
  }

  @Override
  public String description() {
    return "Lists jobs, newest first, without their payloads. A job must meet all conditions that are given."
        + " Use explain_job for everything about one of them.";
  }

  @Override
  public Right right() {
    return Right.READ;
  }

  @Override
  public List<Argument> arguments() {
    return ARGUMENTS;
  }

  @Override
  public Map<String, @Nullable Object> run(AgentCall call, Arguments arguments) {
    JobQuery query = FilterArguments.query(call, arguments, Right.READ);
    if (arguments.flag("countOnly")) {
      long count = call.site().jobs().count(query, MAX_COUNT + 1);
      return new Fields()
          .add("jobs", query.describe())
          .add("count", Math.min(count, MAX_COUNT))
          .add("isMore", count > MAX_COUNT ? true : null)
          .map();
    }
    query = query.withLimit(arguments.number("limit", DEFAULT_LIMIT));
    for (String cursor : arguments.text("cursor").stream().toList()) {
      query = query.withCursor(Cursor.of(cursor));
    }
    Page<JobSummary> page = call.site().jobs().list(query);
    return new Fields()
        .add("jobs", page.items().stream().map(Views::job).toList())
        .add("next", page.next())
        .map();
  }
}
