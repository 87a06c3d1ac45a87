package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.util.UUID;
import picocli.CommandLine.Command;

/** {@code tenon cancel}. */
@Command(
    name = "cancel",
    description =
        "Cancel jobs: waiting ones immediately, running ones as soon as their handlers stop.")
final class CancelCommand extends BulkCommand {

  CancelCommand() {}

  @Override
  String change(JobService jobs, UUID id, Actor actor) {
    return jobs.cancel(id, actor).code();
  }

  @Override
  JobOperation change(JobService jobs, JobQuery query, BulkOptions options, Actor actor) {
    return jobs.bulk().cancel(query, options, actor);
  }

  @Override
  String verb() {
    return "cancel";
  }
}
