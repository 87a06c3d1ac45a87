package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Cursor;
import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.JobSummary;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.dashboard.Downloads.Kind;
import dev.tenon.jobs.operate.BulkOptions;
import dev.tenon.jobs.operate.JobOperation;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** The search for jobs, and what is done to one job. */
final class JobsPages implements Page {

  private static final long COUNTED = 1_000;
  private static final Set<String> MORE =
      Set.of("item", "by", "key", "header", "error", "fingerprint", "workflow");

  private final Downloads downloads;

  /**
   * The pages.
   *
   * @param downloads the files that are being sent
   */
  JobsPages(Downloads downloads) {
    this.downloads = downloads;
  }

  @Override
  public DashboardResponse answer(Call call) {
    List<String> rest = call.rest();
    if (rest.isEmpty()) {
      call.requireGet();
      return list(call);
    }
    if (rest.size() == 1 && rest.get(0).startsWith("export.")) {
      call.requireGet();
      Kind kind = Kind.of(rest.get(0));
      return downloads.start(
          call, "jobs", kind, () -> new JobExport(call, kind, JobExport.MAX_JOBS));
    }
    UUID id = Call.uuid(rest.get(0));
    if (rest.size() == 1) {
      call.requireGet();
      return JobDetails.show(call, id);
    }
    if (rest.size() == 2 && rest.get(1).equals("signal")) {
      return SignalPage.answer(call, id);
    }
    if (rest.size() == 2 && call.isPost()) {
      return change(call, id, rest.get(1));
    }
    throw new RefusedException(404, "There is no such page.");
  }

  /** A time of the address as a field of the form has it; empty if it is not there. */
  private static String local(Call call, String name) {
    return Period.time(call, name).map(call.format()::local).orElse("");
  }

  private static DashboardResponse list(Call call) {
    Parameters parameters = call.query();
    Optional<DashboardResponse> canonical = Period.redirect(call, "/jobs", false);
    if (canonical.isPresent()) {
      return canonical.get();
    }
    if (parameters.has("id")) {
      return DashboardResponse.redirect(
          call.base() + "/jobs/" + Call.uuid(parameters.require("id", "an id")));
    }
    Filter filter = Filter.of(call, parameters, Right.READ);
    JobQuery query = filter.query();
    Optional<Cursor> cursor = call.cursor();
    if (cursor.isPresent()) {
      query = query.withCursor(cursor.get());
    }
    var page = call.site().jobs().list(query);
    String rest = parameters.encoded("cursor", "done", "seal");
    String next =
        page.next()
            .map(
                end ->
                    call.base() + "/jobs?" + (rest.isEmpty() ? "" : rest + "&") + "cursor=" + end)
            .orElse("");
    String count =
        page.next().isEmpty() && cursor.isEmpty()
            ? Format.number(page.items().size())
            // No index helps to count the jobs whose error contains a string
            : cursor.isPresent() || query.errorText().isPresent()
                ? ""
                : Format.capped(call.site().jobs().count(filter.query(), COUNTED), COUNTED);
    List<String> visible = call.typesFor(Right.READ);
    List<String> types =
        visible.isEmpty()
            ? call.site().jobs().types().list().stream().map(t -> t.type()).toList()
            : visible;
    return DashboardResponse.html(
        200,
        JobsViewTemplate.of()
            .execute(
                new JobsView(
                    Frame.of(
                        call,
                        "jobs",
                        "Jobs",
                        call.user().maySomewhere(Right.ACT),
                        call.user().maySomewhere(Right.ADMINISTER)),
                    Option.of(types, filter.value("type")),
                    Option.of(
                        Arrays.stream(JobStatus.values()).map(JobStatus::code).toList(),
                        filter.value("status")),
                    Stream.of("1h", "1d", "7d", "30d")
                        .map(t -> new Option(t, "last " + t, t.equals(filter.value("since"))))
                        .toList(),
                    new JobsView.Search(
                        filter.value("item"),
                        filter.value("by"),
                        filter.value("key"),
                        filter.value("header"),
                        filter.value("error"),
                        filter.value("fingerprint"),
                        filter.value("workflow"),
                        local(call, Period.FROM),
                        local(call, Period.TO)),
                    MORE.stream().anyMatch(parameters::has),
                    JobRow.toTick(page.items(), call),
                    count,
                    next,
                    rest,
                    page.items().isEmpty())));
  }

  private static DashboardResponse change(Call call, UUID id, String action) {
    JobService jobs = call.site().jobs();
    JobSummary job =
        jobs.find(id).orElseThrow(() -> new RefusedException(404, "There is no job " + id + "."));
    Right needed = action.equals("delete") ? Right.ADMINISTER : Right.ACT;
    call.require(needed, job.type());
    String reason = call.form().require("reason", "a reason");
    Actor actor = call.actor(reason);
    BulkOptions options = BulkOptions.defaults().withExpectedCount(1);
    JobQuery only = JobQuery.all().withIds(List.of(id));
    String notice =
        switch (action) {
          case "cancel" ->
              Call.change(
                  () ->
                      switch (jobs.cancel(id, actor)) {
                        case CANCELLED -> "The job is cancelled.";
                        case REQUESTED -> "The running job was asked to stop.";
                        case ALREADY_ENDED -> "The job had already ended.";
                      });
          case "retry" ->
              Call.change(
                  () -> {
                    jobs.retry(id, actor);
                    return "The job will run again.";
                  });
          case "now" ->
              Call.change(
                  () ->
                      changed(
                          jobs.bulk().reschedule(only, call.format().now(), options, actor),
                          "The job is due now.",
                          "The job is not waiting for a time."));
          case "time" -> {
            Instant time =
                Filter.time(call.form().require("runAt", "a time"), call.format().zone());
            yield Call.change(
                () -> {
                  jobs.reschedule(id, time, actor);
                  return "The job is due at " + time + ".";
                });
          }
          case "priority" -> {
            JobPriority priority = priority(call.form().require("priority", "a priority"));
            yield Call.change(
                () ->
                    changed(
                        jobs.bulk().reprioritize(only, priority, options, actor),
                        "The job now has the priority " + priority.code() + ".",
                        "The job is not waiting, or already has that priority."));
          }
          case "let-pass" ->
              Call.change(
                  () ->
                      jobs.lines().letPass(id, actor)
                          ? "Later jobs of its line may pass this job while it waits."
                          : "Later jobs could already pass this job.");
          case "delete" ->
              Call.change(
                  () ->
                      changed(
                          jobs.bulk().delete(only, options, actor),
                          "The job is deleted.",
                          "The job was not deleted: it has not ended, or belongs to a workflow."));
          default -> {
            if (!StepActions.NAMES.contains(action)) {
              throw new RefusedException(404, "There is no such action.");
            }
            yield StepActions.change(call, job, action, actor);
          }
        };
    return call.done(
        action.equals("delete") && jobs.find(id).isEmpty() ? "/jobs" : "/jobs/" + id, notice);
  }

  private static String changed(JobOperation operation, String done, String notDone) {
    return operation.counts().changed() > 0 ? done : notDone;
  }

  static JobPriority priority(String name) {
    return Arrays.stream(JobPriority.values())
        .filter(priority -> priority.code().equals(name))
        .findFirst()
        .orElseThrow(() -> new BadRequestException("There is no priority '" + name + "'."));
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
