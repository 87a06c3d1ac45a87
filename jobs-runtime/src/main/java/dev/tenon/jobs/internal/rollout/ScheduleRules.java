package dev.tenon.jobs.internal.rollout;

import dev.tenon.jobs.internal.rollout.Replacement.Outcome;
import dev.tenon.jobs.internal.rollout.Situation.ScheduleRow;
import dev.tenon.jobs.operate.JobRollouts.Finding;
import dev.tenon.jobs.operate.JobRollouts.Kind;
import dev.tenon.jobs.operate.JobRollouts.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds schedules that end with a build, or whose jobs nobody would run. */
final class ScheduleRules {

  private final Replacement replacement;
  private final BuildDescription build;

  ScheduleRules(Replacement replacement) {
    this.replacement = replacement;
    this.build = replacement.build();
  }

  List<Finding> of(List<ScheduleRow> schedules) {
    Set<String> declared =
        build.types().values().stream()
            .flatMap(type -> type.schedules().stream())
            .collect(Collectors.toSet());
    return schedules.stream()
        .filter(schedule -> !declared.contains(schedule.name()))
        .flatMap(schedule -> of(schedule).stream())
        .toList();
  }

  private Optional<Finding> of(ScheduleRow schedule) {
    Optional<String> name = build.named(schedule.type());
    if (schedule.isDeclared() && name.isPresent()) {
      return isRenamed(schedule, name.get()) ? Optional.empty() : Optional.of(end(schedule));
    }
    Outcome outcome = replacement.outcome(schedule.type(), schedule.version());
    boolean isExternal = name.filter(type -> build.type(type).isExternal()).isPresent();
    if (outcome == Outcome.RUNS || isExternal) {
      return Optional.empty();
    }
    boolean isOurs =
        replacement.live().isEmpty()
            || build.handled(schedule.type()).isPresent()
            || replacement.runNow(schedule.type(), schedule.version());
    String what = outcome == Outcome.FAILS ? "they would fail" : "nobody would run them";
    return Optional.of(
        new Found(
            isOurs ? Verdict.NO : Verdict.GO,
            Kind.SCHEDULE_UNREADABLE,
            schedule.name(),
            "The schedule '%s' continues to submit jobs of '%s' with version %d%s, and %s."
                .formatted(
                    schedule.name(),
                    schedule.type(),
                    schedule.version(),
                    schedule.nextRunAt() == null ? "" : ", next at " + schedule.nextRunAt(),
                    what),
            schedule.isDeclared()
                ? "Remove the schedule in a build that still has the type, and deploy that first."
                : "Delete the schedule, or make it again with a build that is not older."));
  }

  /** Returns whether the build declares the schedule under today's name of its type. */
  private boolean isRenamed(ScheduleRow schedule, String today) {
    String own =
        schedule.name().substring(Math.min(schedule.name().length(), schedule.type().length()));
    return build.type(today).schedules().contains(today + own);
  }

  private static Finding end(ScheduleRow schedule) {
    return new Found(
        schedule.hasWaitingRun() ? Verdict.AFTER : Verdict.GO,
        Kind.SCHEDULE_ENDS,
        schedule.name(),
        "The build does not declare the schedule '%s', so it ends%s."
            .formatted(
                schedule.name(),
                schedule.hasWaitingRun()
                    ? ", and the run that waits for the earlier one is dropped"
                    : ""),
        schedule.hasWaitingRun()
            ? "Let the earlier run end first, or keep the schedule."
            : "Nothing, if it was removed on purpose.");
  }
}
