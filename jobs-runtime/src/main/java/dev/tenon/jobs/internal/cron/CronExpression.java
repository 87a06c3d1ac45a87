package dev.tenon.jobs.internal.cron;

import dev.tenon.jobs.libraries.cronutils.model.CronType;
import dev.tenon.jobs.libraries.cronutils.model.definition.CronDefinitionBuilder;
import dev.tenon.jobs.libraries.cronutils.model.time.ExecutionTime;
import dev.tenon.jobs.libraries.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression with five fields, which stands for times of a wall clock, regardless of clock
 * changes. Immutable and thread-safe.
 */
final class CronExpression {

  private static final Map<String, String> NICKNAMES =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *");

  private static final List<String> WHAT_FIELDS_ARE =
      List.of("minute", "hour", "day of the month", "month", "day of the week");
  private static final List<String> WHAT_FIELDS_MAY_BE =
      List.of(
          "from 0 to 59",
          "from 0 to 23",
          "from 1 to 31",
          "from 1 to 12, or JAN to DEC",
          "from 0 to 7, where 0 and 7 are Sunday, or MON to SUN");

  private static final Pattern FIELD = Pattern.compile("\\S+");
  private static final Pattern PART = Pattern.compile("[^,]*");

  /** The syntax of a part of a field; the parser would accept more than cron has. */
  private static final Pattern PLAIN_PART =
      Pattern.compile(
          "(?:\\*|(?<first>\\d{1,2}|[A-Z]{3})(?:-(?<last>\\d{1,2}|[A-Z]{3}))?)(?<step>/\\d{1,2})?",
          Pattern.CASE_INSENSITIVE);

  private final ExecutionTime times;
  private final boolean isHourly;

  private CronExpression(ExecutionTime times, boolean isHourly) {
    this.times = times;
    this.isHourly = isHourly;
  }

  /**
   * Parses an expression.
   *
   * @throws IllegalArgumentException if there is none; the message has the column
   */
  static CronExpression parse(String text) {
    List<String> fields = fields(text);
    ExecutionTime times = times(String.join(" ", fields));
    CronExpression parsed = new CronExpression(times, isEveryHour(fields.get(1)));
    if (parsed.next(LocalDateTime.of(2000, 1, 1, 0, 0)) == null) {
      throw new IllegalArgumentException(
          ("The cron expression '%s' never matches: these months have no such day. Change the day "
                  + "of the month or the month.")
              .formatted(text));
    }
    return parsed;
  }

  private static boolean isEveryHour(String hours) {
    return hours.equals("*") || hours.equals("*/1") || hours.equals("0-23");
  }

  private static List<String> fields(String text) {
    Matcher matcher = FIELD.matcher(text);
    if (text.strip().startsWith("@")) {
      String fields = NICKNAMES.get(text.strip());
      if (fields == null) {
        throw new IllegalArgumentException(
            "The cron expression is '%s' at column %d; an expression with @ is one of @hourly, @daily, @weekly, @monthly and @yearly."
                .formatted(text.strip(), text.indexOf('@') + 1));
      }
      return Arrays.asList(fields.split(" "));
    }
    List<String> fields = new ArrayList<>();
    int columnOfSixth = 0;
    while (matcher.find()) {
      if (fields.size() == WHAT_FIELDS_ARE.size()) {
        columnOfSixth = columnOfSixth == 0 ? matcher.start() + 1 : columnOfSixth;
      } else {
        fields.add(matcher.group());
        check(text, fields.size() - 1, matcher.group(), matcher.start());
      }
    }
    if (columnOfSixth > 0) {
      throw new IllegalArgumentException(
          "The cron expression '%s' has a sixth field at column %d; it must have five: minute, hour, day of the month, month and day of the week. There are no seconds and no years."
              .formatted(text, columnOfSixth));
    }
    if (fields.size() < WHAT_FIELDS_ARE.size()) {
      throw new IllegalArgumentException(
          "The cron expression '%s' ends at column %d, after %d field(s); it must have five: minute, hour, day of the month, month and day of the week."
              .formatted(text, text.length() + 1, fields.size()));
    }
    return fields;
  }

  /** Checks each part of a field separately, so that the message can name it. */
  private static void check(String text, int index, String field, int start) {
    Matcher parts = PART.matcher(field);
    int end = -1;
    while (end < field.length() && parts.find(end + 1)) {
      end = parts.end();
      if (isReversed(index, parts.group())) {
        throw new IllegalArgumentException(
            "The cron expression '%s' has the range '%s' as the %s, at column %d, which ends before it starts. Write two ranges with a comma between them."
                .formatted(
                    text, parts.group(), WHAT_FIELDS_ARE.get(index), start + parts.start() + 1));
      }
      if (!isPart(index, parts.group())) {
        throw new IllegalArgumentException(
            "The cron expression '%s' has '%s' as the %s, at column %d. It must be %s: one value, a range such as 1-5, a step such as */2, or several of them with commas."
                .formatted(
                    text,
                    parts.group(),
                    WHAT_FIELDS_ARE.get(index),
                    start + parts.start() + 1,
                    WHAT_FIELDS_MAY_BE.get(index)));
      }
    }
  }

  /** Returns whether a part would be a range if its values were in the other order. */
  private static boolean isReversed(int index, String part) {
    Matcher matcher = PLAIN_PART.matcher(part);
    if (!matcher.matches() || matcher.group("last") == null) {
      return false;
    }
    String first = matcher.group("first");
    String last = matcher.group("last");
    String step = matcher.group("step");
    return isPart(index, first)
        && isPart(index, last)
        && (step == null || isPart(index, "*" + step))
        && !isPart(index, first + "-" + last);
  }

  private static boolean isPart(int index, String part) {
    if (!PLAIN_PART.matcher(part).matches()) {
      return false;
    }
    String[] alone = {"*", "*", "*", "*", "*"};
    alone[index] = part;
    try {
      ExecutionTime unused = times(String.join(" ", alone));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static ExecutionTime times(String fields) {
    return ExecutionTime.forCron(
        new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
            // The parser would do that in the language of the default locale
            .parse(fields.toUpperCase(Locale.ROOT))
            .validate());
  }

  /** Returns whether there are times in every hour of a day. */
  boolean isHourly() {
    return isHourly;
  }

  /** Returns the first time after this one; null if there is none. */
  @Nullable LocalDateTime next(LocalDateTime after) {
    return times
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(time -> time.toLocalDateTime())
        .orElse(null);
  }
}
