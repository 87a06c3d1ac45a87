package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The rules of when jobs are submitted by themselves. */
public final class ScheduleCheck {

  private final Report report;

  /** A check that adds to a report. */
  public ScheduleCheck(Report report) {
    this.report = report;
  }

  /** Checks what a declaration says. */
  public void check(JobDeclaration job) {
    ScheduleDeclaration schedule = job.schedule();
    if (schedule.isSet()) {
      job.members()
          .noEmptyConstructor()
          .ifPresent(
              hindrance ->
                  report.add(
                      Diagnostic.SCHEDULE_PAYLOAD,
                      schedule.when().position(),
                      schedule.whenName(),
                      job.payload().simpleName(),
                      hindrance));
    }
    Attribute<String> fixedDelay = schedule.fixedDelay();
    if (fixedDelay.explicit() && !DurationRange.FIXED_DELAY.contains(fixedDelay)) {
      report.add(
          Diagnostic.FIXED_DELAY, fixedDelay.position(), Durations.FORMS, fixedDelay.value());
    }
    if (schedule.cron().explicit()) {
      if (fixedDelay.explicit()) {
        report.add(Diagnostic.TWO_SCHEDULES, fixedDelay.position());
      }
      checkCron(schedule);
    } else {
      checkWithoutCron(schedule);
    }
  }

  private void checkCron(ScheduleDeclaration schedule) {
    Attribute<String> cron = schedule.cron();
    CronExpression.fault(cron.value())
        .ifPresent(fault -> report.add(Diagnostic.CRON, cron.position(), cron.value(), fault));
    checkZone(schedule.zone());
    Attribute<String> catchUp = schedule.catchUp();
    if (!DurationRange.CATCH_UP.contains(catchUp)) {
      report.add(Diagnostic.CATCH_UP, catchUp.position(), Durations.FORMS, catchUp.value());
    }
    Attribute<String> jitter = schedule.jitter();
    if (!DurationRange.SCHEDULE_JITTER.contains(jitter)) {
      report.add(Diagnostic.SCHEDULE_JITTER, jitter.position(), Durations.FORMS, jitter.value());
    }
  }

  private void checkWithoutCron(ScheduleDeclaration schedule) {
    boolean isDelayed = schedule.isSet();
    checkWithoutCron(schedule.zone(), "zone", isDelayed);
    checkWithoutCron(schedule.overlap(), "overlap", isDelayed);
    checkWithoutCron(schedule.catchUp(), "catchUp", isDelayed);
    checkWithoutCron(schedule.jitter(), "scheduleJitter", isDelayed);
  }

  private void checkWithoutCron(Attribute<String> attribute, String name, boolean isDelayed) {
    if (attribute.explicit()) {
      report.add(
          Diagnostic.NO_EFFECT,
          attribute.position(),
          name,
          isDelayed
              ? "fixedDelay counts from the end of the last run"
              : "cron does not say when jobs are submitted",
          (isDelayed ? "Remove " : "Add cron, or remove ") + name);
    }
  }

  private void checkZone(Attribute<String> zone) {
    try {
      ZoneId unused = ZoneId.of(zone.value());
    } catch (DateTimeException e) {
      report.add(
          Diagnostic.ZONE,
          zone.position(),
          zone.value(),
          meant(zone.value()).map(id -> " Did you mean '" + id + "'?").orElse(""));
    }
  }

  /** A zone by an abbreviation that is not unique, by the name of its city, or one letter off. */
  private static Optional<String> meant(String zone) {
    Set<String> known = ZoneId.getAvailableZoneIds();
    String city = "/" + zone.strip().replace(' ', '_').toLowerCase(Locale.ROOT);
    return Optional.ofNullable(ZoneId.SHORT_IDS.get(zone))
        .or(
            () ->
                known.stream()
                    .filter(id -> ("/" + id).toLowerCase(Locale.ROOT).endsWith(city))
                    .min(
                        Comparator.comparing(String::length)
                            .thenComparing(Comparator.naturalOrder())))
        .or(() -> Suggestion.nearest(zone, known));
  }
}
