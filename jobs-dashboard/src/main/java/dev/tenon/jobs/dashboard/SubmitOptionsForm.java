package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.dashboard.FormField.Kind;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The fields of a submission other than the payload: item, priority, due time and reason. */
final class SubmitOptionsForm {

  private static final String ITEM = "itemId";
  private static final String PRIORITY = "priority";
  private static final String RUN_AT = "runAt";
  private static final String DELAY = "delay";
  private static final String REASON = "reason";

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd])");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private SubmitOptionsForm() {}

  /**
   * The lines of the form.
   *
   * @param declared the default priority of the type
   */
  static List<FormField> fields(
      Optional<Parameters> sent, FormErrors errors, JobPriority declared, ZoneId zone) {
    String priority = sent.flatMap(form -> form.get(PRIORITY)).orElse("");
    List<Option> priorities =
        Stream.concat(
                Stream.of(new Option("", "type default: " + declared.code(), priority.isEmpty())),
                Option.of(
                    Arrays.stream(JobPriority.values()).map(JobPriority::code).toList(), priority)
                    .stream())
            .toList();
    return List.of(
        field(
            Kind.LINE,
            ITEM,
            "Item",
            "the business object that the job belongs to",
            List.of(),
            sent,
            errors),
        field(Kind.CHOICE, PRIORITY, "Priority", "", priorities, sent, errors),
        field(Kind.TIME, RUN_AT, "Due at", "in " + Format.name(zone), List.of(), sent, errors),
        field(Kind.LINE, DELAY, "Due after", "such as 30s, 10m, 2h or 1d", List.of(), sent, errors),
        field(Kind.LINE, REASON, "Reason", "for the audit", List.of(), sent, errors));
  }

  private static FormField field(
      Kind kind,
      String name,
      String label,
      String hint,
      List<Option> options,
      Optional<Parameters> sent,
      FormErrors errors) {
    boolean isMandatory = name.equals(REASON);
    return new FormField(
        kind,
        "o-" + name,
        name,
        label,
        isMandatory,
        !isMandatory,
        "",
        hint,
        sent.flatMap(form -> form.get(name)).orElse(""),
        false,
        options,
        errors.of(name));
  }

  /** The reason for the submission; empty, with an error, if it is missing. */
  static String reason(Parameters sent, FormErrors errors) {
    Optional<String> reason = sent.get(REASON);
    if (reason.isEmpty()) {
      errors.add(REASON, "is required");
    }
    return reason.orElse("");
  }

  /** Says that the audit does not take the reason. */
  static void refuseReason(String message, FormErrors errors) {
    errors.add(REASON, message);
  }

  /** Reads the options; those that are wrong are left out, and reported. */
  static SubmitOptions read(Parameters sent, ZoneId zone, FormErrors errors) {
    SubmitOptions options = SubmitOptions.defaults();
    Optional<String> item = sent.get(ITEM);
    if (item.isPresent()) {
      options = options.withItemId(item.get());
    }
    Optional<String> priority = sent.get(PRIORITY);
    if (priority.isPresent()) {
      try {
        options = options.withPriority(JobsPages.priority(priority.get()));
      } catch (BadRequestException e) {
        errors.add(PRIORITY, String.valueOf(e.getMessage()));
      }
    }
    return withTime(options, sent, zone, errors);
  }

  private static SubmitOptions withTime(
      SubmitOptions options, Parameters sent, ZoneId zone, FormErrors errors) {
    Optional<String> runAt = sent.get(RUN_AT);
    Optional<String> delay = sent.get(DELAY);
    if (runAt.isPresent() && delay.isPresent()) {
      errors.add(DELAY, "is set together with Due at; set only one of them");
      return options;
    }
    if (runAt.isPresent()) {
      try {
        return options.withRunAt(Filter.time(runAt.get(), zone));
      } catch (BadRequestException e) {
        errors.add(RUN_AT, String.valueOf(e.getMessage()));
      }
    }
    if (delay.isPresent()) {
      Matcher matcher = DURATION.matcher(delay.get());
      if (!matcher.matches()) {
        errors.add(DELAY, "is not a duration; write it as 30s, 10m, 2h or 1d");
        return options;
      }
      Duration unit = UNITS.getOrDefault(matcher.group(2), Duration.ZERO);
      try {
        return options.withDelay(unit.multipliedBy(Long.parseLong(matcher.group(1))));
      } catch (IllegalArgumentException e) {
        errors.add(DELAY, String.valueOf(e.getMessage()));
      }
    }
    return options;
  }
}
