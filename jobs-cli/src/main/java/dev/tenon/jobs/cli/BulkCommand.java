package dev.tenon.jobs.cli;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobNotFoundException;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStateException;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A change of the jobs with the given ids, or of all jobs that match a filter. */
abstract class BulkCommand extends ActingCommand {

  /** The outcome of {@link #change} for a job that has already ended, so that nothing changed. */
  private static final String ENDED = "already_ended";

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Ids of the jobs to change")
  private List<UUID> ids = new ArrayList<>();

  @Mixin private JobFilter filter;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Reason for the audit; required with a filter")
  private @Nullable String reason;

  @Option(names = "--yes", description = "Do not ask; change all matching jobs, however many")
  private boolean yes;

  @Option(
      names = "--expect",
      paramLabel = "N",
      description = "Do not ask; change nothing if many more than N jobs match")
  private @Nullable Long expected;

  @SuppressWarnings("NullAway.Init")
  BulkCommand() {}

  /**
   * Checks the options of the command.
   *
   * @param isByFilter whether the jobs are given by a filter, not by ids
   */
  void check(boolean isByFilter) {}

  /** Changes one job, and says what happened in a word. */
  abstract String change(JobService jobs, UUID id, Actor actor);

  /** Changes many. */
  abstract JobOperation change(JobService jobs, JobQuery query, BulkOptions options, Actor actor);

  /** The verb, such as {@code cancel}. */
  abstract String verb();

  @Override
  final int run(Connection database) {
    JobQuery query = filter.query();
    if (ids.isEmpty() == query.asksForAll()) {
      throw Failure.usage(
          ids.isEmpty()
              ? "No jobs selected. Give ids, or a filter such as --type or --status."
              : "Both ids and a filter were given. Give only one of them.");
    }
    check(ids.isEmpty());
    if (ids.isEmpty()) {
      return many(database, query);
    }
    if (reason != null || yes || expected != null) {
      throw Failure.usage(
          "--reason, --yes and --expect work only with a filter. Jobs given by id are changed one by one,"
              + " without a prompt, so leave these options out.");
    }
    return named(database);
  }

  /** Changes each job, even if another one cannot be changed. */
  private int named(Connection database) {
    List<Map<String, @Nullable Object>> answers = new ArrayList<>();
    boolean allChanged = true;
    try {
      for (UUID id : ids) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("id", id);
        try {
          String what = change(database.jobs(), id, actor(null));
          answer.put("outcome", what);
          allChanged &= !what.equals(ENDED);
          if (!isJson()) {
            line(id + " " + what.replace('_', ' '));
          }
        } catch (JobNotFoundException | JobStateException e) {
          answer.put("outcome", "refused");
          answer.put("error", e.getMessage());
          complain(e);
          allChanged = false;
        }
        answers.add(answer);
      }
    } finally {
      // Even if the connection is lost: some jobs may have changed
      if (isJson() && !answers.isEmpty()) {
        print(answers);
      }
    }
    return allChanged ? 0 : Failure.FAILED;
  }

  private int many(Connection database, JobQuery query) {
    JobService jobs = database.jobs();
    if (reason == null) {
      throw Failure.usage(
          "--reason is missing. Give one; it is kept with the record of the operation.");
    }
    Actor actor = actor(reason);
    BulkOptions options = BulkOptions.defaults();
    if (expected != null) {
      options = options.withExpectedCount(expected);
    } else if (!yes) {
      long count = jobs.count(query);
      if (!confirmed(database, count, query)) {
        throw Failure.of("Nothing was changed.");
      }
      options = options.withExpectedCount(count);
    }
    JobOperation operation = change(jobs, query, options, actor);
    if (isJson()) {
      print(Views.operation(operation));
    } else {
      line(
          "%s: %d of %d jobs changed%s, %d skipped%s. Operation %s."
              .formatted(
                  operation.query(),
                  operation.counts().changed(),
                  operation.counts().matched(),
                  operation.counts().askedToStop() == 0
                      ? ""
                      : ", %d running jobs asked to stop"
                          .formatted(operation.counts().askedToStop()),
                  operation.counts().skipped(),
                  operation.counts().locked() == 0
                      ? ""
                      : ", %d locked by others".formatted(operation.counts().locked()),
                  operation.id()));
    }
    return operation.counts().locked() == 0 ? 0 : Failure.FAILED;
  }

  private boolean confirmed(Connection database, long count, JobQuery query) {
    ask("%s %d job(s): %s? [y/N] ".formatted(verb(), count, query.describe()));
    String answer = database.readAnswer();
    if (answer == null) {
      throw Failure.usage(
          "Cannot ask whether to %s %d job(s): %s. Standard input is closed. Add --yes, or --expect=%d."
              .formatted(verb(), count, query.describe(), count));
    }
    return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }
}
