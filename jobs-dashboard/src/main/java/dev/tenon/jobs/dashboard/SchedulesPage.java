package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.Actor;
import dev.tenon.jobs.Pause;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.Timing;
import java.time.Instant;
import java.util.List;

/** Schedules: when they run, and what is done to them. */
final class SchedulesPage implements Page {

  private static final String PAUSED = "paused";
  private static final String FAILING = "failing";
  private static final String ENDED = "ended";

  @Override
  public DashboardResponse answer(Call call) {
    List<String> rest = call.rest();
    JobSchedules schedules = call.site().jobs().schedules();
    if (rest.isEmpty()) {
      call.requireGet();
      return list(call, schedules);
    }
    if (rest.size() == 1 && call.isPost()) {
      // Not in the path: containers and firewalls refuse some characters there, such as %2F
      String name = call.form().require("schedule", "a schedule");
      JobSchedule schedule =
          schedules
              .find(name)
              .orElseThrow(() -> new RefusedException(404, "There is no schedule '" + name + "'."));
      return change(call, schedules, schedule, rest.get(0));
    }
    throw new RefusedException(404, "There is no such page.");
  }

  private static DashboardResponse list(Call call, JobSchedules schedules) {
    List<SchedulesView.Row> all =
        schedules.list().stream()
            .filter(schedule -> call.user().may(Right.READ, schedule.type()))
            .map(schedule -> row(call, schedule))
            .toList();
    String name = call.query().get("name").orElse("");
    String state = call.query().get("state").orElse("");
    List<SchedulesView.Row> rows =
        all.stream()
            .filter(row -> TypesPages.has(row.name(), name) || TypesPages.has(row.type(), name))
            .filter(row -> is(row, state))
            .toList();
    return DashboardResponse.html(
        200,
        SchedulesViewTemplate.of()
            .execute(
                new SchedulesView(
                    Frame.of(
                        call, "schedules", "Schedules", call.user().maySomewhere(Right.ACT), false),
                    name,
                    Option.of(List.of(PAUSED, FAILING, ENDED), state),
                    !name.isEmpty() || !state.isEmpty(),
                    Format.some(rows.size(), all.size(), "schedule"),
                    rows,
                    rows.isEmpty())));
  }

  private static boolean is(SchedulesView.Row row, String state) {
    return switch (state) {
      case "" -> true;
      case PAUSED -> row.isPaused();
      case FAILING -> row.hasError();
      case ENDED -> row.hasEnded();
      default -> throw new BadRequestException("There is no state '" + state + "' of a schedule.");
    };
  }

  private static SchedulesView.Row row(Call call, JobSchedule schedule) {
    Format format = call.format();
    Pause pause = schedule.pause().orElse(null);
    JobSchedule.Run last = schedule.lastRun().orElse(null);
    return new SchedulesView.Row(
        schedule.name(),
        schedule.type(),
        timing(schedule.timing()),
        schedule.timing() instanceof Timing.Cron cron ? cron.zone() : "",
        schedule.isDeclared()
            ? "declared by the application"
            : "created by " + schedule.created().by().orElse(""),
        format.maybe(schedule.nextRunAt().orElse(null)),
        !schedule.isPaused() && schedule.nextRunAt().isEmpty() && !schedule.hasEnded(),
        format.maybe(schedule.options().until().orElse(null)),
        schedule.hasEnded(),
        last == null
            ? List.of()
            : List.of(
                new SchedulesView.Run(
                    format.when(last.at()), call.base() + "/jobs/" + last.jobId())),
        schedule.isPaused(),
        pause == null ? "" : "by " + pause.by() + ": " + pause.reason(),
        schedule.error().orElse(""),
        call.user().may(Right.ACT, schedule.type()),
        schedule.timing() instanceof Timing.Cron
            && call.user().may(Right.ADMINISTER, schedule.type()));
  }

  private static String timing(Timing timing) {
    return timing instanceof Timing.Cron cron
        ? cron.expression()
        : Format.exact(((Timing.FixedDelay) timing).delay()) + " after the last run";
  }

  private static DashboardResponse change(
      Call call, JobSchedules schedules, JobSchedule schedule, String action) {
    call.require(action.equals("backfill") ? Right.ADMINISTER : Right.ACT, schedule.type());
    String name = schedule.name();
    String reason = call.form().require("reason", "a reason");
    Actor actor = call.actor(reason);
    String notice =
        switch (action) {
          case "pause" ->
              Call.change(
                  () -> {
                    schedules.pause(name, actor);
                    return "The schedule " + name + " is paused.";
                  });
          case "resume" ->
              Call.change(
                  () -> {
                    schedules.resume(name, actor);
                    return "The schedule " + name + " was resumed.";
                  });
          case "run" ->
              Call.change(() -> "Job " + schedules.runNow(name, actor) + " was submitted.");
          case "backfill" -> {
            Instant from =
                Filter.time(call.form().require("from", "the start"), call.format().zone());
            Instant to = Filter.time(call.form().require("to", "the end"), call.format().zone());
            yield Call.change(
                () ->
                    "%s jobs submitted for the runs from %s to %s."
                        .formatted(
                            Format.number(schedules.backfill(name, from, to, actor).size()),
                            call.format().absolute(from),
                            call.format().absolute(to)));
          }
          default -> throw new RefusedException(404, "There is no such action.");
        };
    return call.done("/schedules", notice);
  }
}
