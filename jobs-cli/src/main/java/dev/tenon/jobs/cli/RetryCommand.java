package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon retry}. */
@Command(name = "retry", description = "Run failed and cancelled jobs again.")
final class RetryCommand extends BulkCommand {

  @Option(
      names = "--from",
      paramLabel = "STEP[/KEY]",
      description =
          "Run the step, and all steps and waits that began after it, again. Without it, steps that"
              + " are done keep their results.")
  private @Nullable String from;

  RetryCommand() {}

  @Override
  void check(boolean isByFilter) {
    if (from != null && isByFilter) {
      throw Failure.usage(
          "--from works only with ids. Give the ids of the jobs instead of a filter.");
    }
  }

  @Override
  String change(JobService jobs, UUID id, Actor actor) {
    if (from == null) {
      jobs.retry(id, actor);
    } else {
      int slash = from.indexOf('/');
      jobs.steps()
          .runAgainFrom(
              id,
              slash < 0 ? from : from.substring(0, slash),
              slash < 0 ? "" : from.substring(slash + 1),
              actor);
    }
    return "retried";
  }

  @Override
  JobOperation change(JobService jobs, JobQuery query, BulkOptions options, Actor actor) {
    return jobs.bulk().retry(query, options, actor);
  }

  @Override
  String verb() {
    return "retry";
  }
}
