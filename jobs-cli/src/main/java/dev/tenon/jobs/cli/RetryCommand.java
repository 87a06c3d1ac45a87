package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.util.UUID;
import picocli.CommandLine.Command;

/** {@code tenon retry}. */
@Command(name = "retry", description = "Run failed and cancelled jobs again.")
final class RetryCommand extends BulkCommand {

  RetryCommand() {}

  @Override
  String change(JobService jobs, UUID id, Actor actor) {
    jobs.retry(id, actor);
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
