package dev.tenon.jobs.processor.check;

import dev.tenon.jobs.processor.model.Attribute;
import dev.tenon.jobs.processor.model.Durations;
import dev.tenon.jobs.processor.model.JobDeclaration;
import dev.tenon.jobs.processor.model.PayloadMembers.Maker;
import dev.tenon.jobs.processor.model.ScheduleDeclaration;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The rules for schedules, which submit jobs automatically. */
public final class ScheduleCheck {

  private static final int MAX_NAME = 100;
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([-_][a-z0-9]+)*");

  private final Report report;

  /** A check that adds to a report. */
  public ScheduleCheck(Report report) {
    this.report = report;
  }

  /** Checks the schedules of a declaration. */
  public void check(JobDeclaration job) {
    checkPayload(job);
    checkNames(job);
    job.schedules().forEach(this::check);
  }

  private void checkPayload(JobDeclaration job) {
    job.schedules().stream()
        .filter(schedule -> schedule.isSet() && !schedule.payload().explicit())
        .findFirst()
        .ifPresent(
            schedule ->
                job.members()
                    .noEmptyConstructor()
                    .ifPresent(
                        hindrance ->
                            report.add(
                                Diagnostic.SCHEDULE_PAYLOAD,
                                schedule.position(),
                                job.payload().simpleName(),
                                hindrance)));
    job.schedules().stream()
        .map(ScheduleDeclaration::payload)
        .filter(Attribute::explicit)
        .forEach(method -> checkMethod(job, method));
  }

  private void checkMethod(JobDeclaration job, Attribute<String> method) {
    Map<String, Maker> makers = job.members().makers();
    Maker maker = makers.get(method.value());
    String hindrance = maker == null ? "there is none" : maker.hindrance().orElse("");
    if (!hindrance.isEmpty()) {
      Set<String> usable = new TreeSet<>();
      makers.forEach(
          (name, each) -> {
            if (each.hindrance().isEmpty()) {
              usable.add(name);
            }
          });
      report.add(
          Diagnostic.SCHEDULE_PAYLOAD_METHOD,
          method.position(),
          method.value(),
          job.payload().simpleName(),
          hindrance,
          maker == null
              ? Suggestion.nearest(method.value(), usable)
                  .map(name -> " Did you mean '" + name + "'?")
                  .orElse("")
              : "");
    }
  }

  private void checkNames(JobDeclaration job) {
    List<ScheduleDeclaration> schedules = job.schedules();
    Set<String> seen = new HashSet<>();
    for (ScheduleDeclaration schedule : schedules) {
      Attribute<String> name = schedule.name();
      if (name.value().isEmpty()) {
        if (schedules.size() > 1) {
          report.add(
              Diagnostic.SCHEDULE_NAME,
              name.position(),
              "@Schedule %d of %d has no name, but each of several schedules of a type needs one"
                  .formatted(schedules.indexOf(schedule) + 1, schedules.size()),
              "Write, for example, name = \"nightly\"");
        }
      } else if (name.value().length() > MAX_NAME || !NAME.matcher(name.value()).matches()) {
        report.add(
            Diagnostic.SCHEDULE_NAME,
            name.position(),
            ("'%s' is not a name for a schedule. A name has up to %d lower-case letters and "
                    + "digits, with '-' or '_' between them, and starts with a letter")
                .formatted(name.value(), MAX_NAME),
            "Write, for example, name = \"nightly\"");
      } else if (!seen.add(name.value())) {
        report.add(
            Diagnostic.SCHEDULE_NAME,
            name.position(),
            "'%s' has two schedules with the name '%s', but each needs a unique name"
                .formatted(job.typeName(), name.value()),
            "Give this one another name");
      }
    }
  }

  private void check(ScheduleDeclaration schedule) {
    if (!schedule.isSet()) {
      report.add(
          Diagnostic.NO_EFFECT,
          schedule.position(),
          "@Schedule",
          "it does not say when jobs are submitted",
          "Write cron = \"…\" or fixedDelay = \"…\" in it, or remove it");
      return;
    }
    Attribute<String> fixedDelay = schedule.fixedDelay();
    if (fixedDelay.explicit() && !DurationRange.FIXED_DELAY.contains(fixedDelay)) {
      report.add(
          Diagnostic.FIXED_DELAY, fixedDelay.position(), Durations.FORMS, fixedDelay.value());
    }
    Attribute<String> until = schedule.until();
    if (until.explicit() && schedule.untilTime().isEmpty()) {
      report.add(Diagnostic.SCHEDULE_UNTIL, until.position(), until.value());
    }
    if (schedule.cron().explicit()) {
      if (fixedDelay.explicit()) {
        report.add(Diagnostic.CRON_AND_DELAY, fixedDelay.position());
      }
      checkCron(schedule);
    } else {
      checkWithoutCron(schedule.zone(), "zone");
      checkWithoutCron(schedule.overlap(), "overlap");
      checkWithoutCron(schedule.catchUp(), "catchUp");
      checkWithoutCron(schedule.jitter(), "jitter");
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

  private void checkWithoutCron(Attribute<String> attribute, String name) {
    if (attribute.explicit()) {
      report.add(
          Diagnostic.NO_EFFECT,
          attribute.position(),
          name + " of @Schedule",
          "fixedDelay counts from the end of the last run",
          "Remove " + name);
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

  /** Suggests a zone for an ambiguous abbreviation, the name of a city, or a misspelled name. */
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
