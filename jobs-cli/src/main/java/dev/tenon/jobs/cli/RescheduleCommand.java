package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tenon reschedule}. */
@Command(name = "reschedule", description = "Change the due time of waiting jobs.")
final class RescheduleCommand extends BulkCommand {

  @Option(
      names = "--at",
      required = true,
      paramLabel = "TIME",
      description = "New due time, such as 2026-03-01T12:00:00Z, or now")
  private String at;

  @SuppressWarnings("NullAway.Init")
  RescheduleCommand() {}

  @Override
  String change(JobService jobs, UUID id, Actor actor) {
    Instant time = time();
    jobs.reschedule(id, time, actor);
    return "due at " + time;
  }

  @Override
  JobOperation change(JobService jobs, JobQuery query, BulkOptions options, Actor actor) {
    return jobs.bulk().reschedule(query, time(), options, actor);
  }

  @Override
  String verb() {
    return "reschedule";
  }

  private Instant time() {
    try {
      return at.equals("now") ? Instant.now() : Instant.parse(at);
    } catch (DateTimeException e) {
      throw Failure.usage(
          "--at is '%s'; it must be a time such as 2026-03-01T12:00:00Z, or now.".formatted(at));
    }
  }
}
