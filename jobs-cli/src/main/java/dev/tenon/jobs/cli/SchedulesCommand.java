package dev.tenon.jobs.cli;

import dev.tenon.jobs.Pause;
import dev.tenon.jobs.operate.JobSchedule;
import dev.tenon.jobs.operate.JobSchedules;
import dev.tenon.jobs.operate.Timing;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tenon schedules}. */
@Command(name = "schedules", description = "Show schedules; pause, resume or run one.")
final class SchedulesCommand extends ActingCommand {

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "Name of the schedule. Default: all schedules")
  private @Nullable String name;

  @ArgGroup(exclusive = true)
  private Action action = new Action();

  /** An action on the schedule. */
  static final class Action {
    @Option(
        names = "--pause",
        paramLabel = "REASON",
        description = "Pause the schedule, with a reason")
    private @Nullable String pause;

    @Option(names = "--resume", description = "Resume the schedule")
    private boolean resume;

    @Option(names = "--run-now", description = "Submit a job of the schedule now")
    private boolean runNow;

    Action() {}
  }

  SchedulesCommand() {}

  @Override
  int run(Connection database) {
    boolean acts = action.pause != null || action.resume || action.runNow;
    if (acts && name == null) {
      throw Failure.usage("No schedule given. Add its name.");
    }
    JobSchedules schedules = database.jobs().schedules();
    if (name == null) {
      print(schedules.list());
      return 0;
    }
    String named = name;
    if (action.runNow) {
      UUID id = schedules.runNow(named, actor(null));
      if (isJson()) {
        print(Map.of("jobId", id));
      } else {
        line(id.toString());
      }
      return 0;
    }
    String pause = action.pause;
    if (pause != null) {
      schedules.pause(named, actor(pause));
    } else if (action.resume) {
      schedules.resume(named, actor(null));
    }
    print(List.of(schedules.get(name)));
    return 0;
  }

  private void print(List<JobSchedule> schedules) {
    if (isJson()) {
      print((Object) schedules.stream().map(SchedulesCommand::view).toList());
    } else if (schedules.isEmpty()) {
      line("No schedules.");
    } else {
      Text.table(
              List.of("NAME", "TYPE", "WHEN", "ZONE", "UNTIL", "NEXT RUN", "LAST RUN", "STATE"),
              schedules.stream().map(SchedulesCommand::row).toList())
          .forEach(this::line);
    }
  }

  private static List<String> row(JobSchedule schedule) {
    JobSchedule.Run last = schedule.lastRun().orElse(null);
    Pause pause = schedule.pause().orElse(null);
    Timing.Cron cron = cron(schedule);
    String state =
        pause != null
            ? "paused by %s: %s".formatted(Text.oneLine(pause.by()), Text.oneLine(pause.reason()))
            : schedule
                .error()
                .map(error -> "cannot run: " + Text.oneLine(error))
                .orElse(schedule.hasEnded() ? "ended" : "");
    return List.of(
        schedule.name(),
        schedule.type(),
        cron == null
            ? Text.exact(Objects.requireNonNull(delay(schedule))) + " after the last run"
            : cron.expression(),
        cron == null ? "" : cron.zone(),
        schedule.options().until().map(Text::time).orElse(""),
        pause == null && schedule.nextRunAt().isEmpty() && !schedule.hasEnded()
            ? "after the current run ends"
            : Text.time(schedule.nextRunAt().orElse(null)),
        last == null ? "" : Text.time(last.at()),
        state);
  }

  private static Timing.@Nullable Cron cron(JobSchedule schedule) {
    return schedule.timing() instanceof Timing.Cron cron ? cron : null;
  }

  private static @Nullable Duration delay(JobSchedule schedule) {
    return schedule.timing() instanceof Timing.FixedDelay fixed ? fixed.delay() : null;
  }

  private static Map<String, @Nullable Object> view(JobSchedule schedule) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    view.put("name", schedule.name());
    view.put("type", schedule.type());
    view.put("declared", schedule.isDeclared());
    Timing.Cron cron = cron(schedule);
    view.put("cron", cron == null ? null : cron.expression());
    view.put("zone", cron == null ? null : cron.zone());
    view.put("fixedDelay", delay(schedule));
    view.put("until", schedule.options().until().orElse(null));
    view.put("hasEnded", schedule.hasEnded());
    view.put("nextRunAt", schedule.nextRunAt().orElse(null));
    view.put("waitingRunAt", schedule.waitingRunAt().orElse(null));
    JobSchedule.Run last = schedule.lastRun().orElse(null);
    view.put("lastRunAt", last == null ? null : last.at());
    view.put("lastJobId", last == null ? null : last.jobId());
    view.put("leftOutAt", schedule.leftOutAt().orElse(null));
    view.put("error", schedule.error().orElse(null));
    Pause pause = schedule.pause().orElse(null);
    view.put("pausedAt", pause == null ? null : pause.since());
    view.put("pausedBy", pause == null ? null : pause.by());
    view.put("pauseReason", pause == null ? null : pause.reason());
    return view;
  }
}
