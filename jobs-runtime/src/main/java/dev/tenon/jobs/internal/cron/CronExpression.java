package dev.tenon.jobs.internal.cron;

import dev.tenon.jobs.libraries.cronutils.model.CronType;
import dev.tenon.jobs.libraries.cronutils.model.definition.CronDefinitionBuilder;
import dev.tenon.jobs.libraries.cronutils.model.time.ExecutionTime;
import dev.tenon.jobs.libraries.cronutils.parser.CronParser;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cron expression with five fields, or with six, the first for the second. It stands for times of
 * a wall clock, regardless of clock changes. Immutable and thread-safe.
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
      List.of("second", "minute", "hour", "day of the month", "month", "day of the week");
  private static final List<String> WHAT_FIELDS_MAY_BE =
      List.of(
          "from 0 to 59",
          "from 0 to 59",
          "from 0 to 23",
          "from 1 to 31",
          "from 1 to 12, or JAN to DEC",
          "from 0 to 7, where 0 and 7 are Sunday, or MON to SUN");

  private static final String FIVE_OR_SIX =
      "it must have five: minute, hour, day of the month, month and day of the week; or six, with the second before them";

  private static final Pattern FIELD = Pattern.compile("\\S+");
  private static final Pattern PART = Pattern.compile("[^,]*");

  /** The syntax of a part of a field; the parser would accept more than cron has. */
  private static final Pattern PLAIN_PART =
      Pattern.compile(
          "(?:\\*|(?<first>\\d{1,2}|[A-Z]{3})(?:-(?<last>\\d{1,2}|[A-Z]{3}))?)(?<step>/\\d{1,2})?",
          Pattern.CASE_INSENSITIVE);

  private static final int MAX_FIELDS = WHAT_FIELDS_ARE.size();
  private static final int MIN_FIELDS = MAX_FIELDS - 1;
  private static final int SECONDS_OF_A_MINUTE = 60;

  /** The minutes: the times of an expression with five fields. */
  private final ExecutionTime minutes;

  private final NavigableSet<Integer> seconds;
  private final boolean isHourly;

  private CronExpression(ExecutionTime minutes, NavigableSet<Integer> seconds, boolean isHourly) {
    this.minutes = minutes;
    this.seconds = seconds;
    this.isHourly = isHourly;
  }

  /**
   * Parses an expression.
   *
   * @throws IllegalArgumentException if there is none; the message has the column
   */
  static CronExpression parse(String text) {
    List<String> fields = fields(text);
    boolean hasSeconds = fields.size() == MAX_FIELDS;
    List<String> fromMinute = hasSeconds ? fields.subList(1, MAX_FIELDS) : fields;
    CronExpression parsed =
        new CronExpression(
            times(String.join(" ", fromMinute)),
            hasSeconds ? seconds(fields.get(0)) : new TreeSet<>(Set.of(0)),
            isEveryHour(fromMinute.get(1)));
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
    List<Integer> starts = new ArrayList<>();
    while (matcher.find()) {
      fields.add(matcher.group());
      starts.add(matcher.start());
    }
    if (fields.size() > MAX_FIELDS) {
      throw new IllegalArgumentException(
          "The cron expression '%s' has a seventh field at column %d; %s. There are no years."
              .formatted(text, starts.get(MAX_FIELDS) + 1, FIVE_OR_SIX));
    }
    if (fields.size() < MIN_FIELDS) {
      throw new IllegalArgumentException(
          "The cron expression '%s' ends at column %d, after %d field(s); %s."
              .formatted(text, text.length() + 1, fields.size(), FIVE_OR_SIX));
    }
    int first = MAX_FIELDS - fields.size();
    for (int i = 0; i < fields.size(); i++) {
      check(text, first + i, fields.get(i), starts.get(i));
    }
    return fields;
  }

  /** Returns the values of the field for seconds, whose parts were checked. */
  private static NavigableSet<Integer> seconds(String field) {
    NavigableSet<Integer> seconds = new TreeSet<>();
    for (String part : field.split(",", -1)) {
      Matcher matcher = PLAIN_PART.matcher(part);
      boolean unused = matcher.matches();
      String first = matcher.group("first");
      String last = matcher.group("last");
      String step = matcher.group("step");
      int from = first == null ? 0 : Integer.parseInt(first);
      int to = first == null || step != null ? SECONDS_OF_A_MINUTE - 1 : from;
      if (last != null) {
        to = Integer.parseInt(last);
      }
      int by = step == null ? 1 : Integer.parseInt(step.substring(1));
      for (int second = from; second <= to; second += by) {
        seconds.add(second);
      }
    }
    return seconds;
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
    // A second is written like a minute
    alone[Math.max(0, index - 1)] = part;
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
    LocalDateTime minute = after.truncatedTo(ChronoUnit.MINUTES);
    Integer second = seconds.higher(after.getSecond());
    if (second != null && minute.equals(nextMinute(minute.minusMinutes(1)))) {
      return minute.withSecond(second);
    }
    LocalDateTime next = nextMinute(minute);
    return next == null ? null : next.withSecond(seconds.first());
  }

  private @Nullable LocalDateTime nextMinute(LocalDateTime after) {
    return minutes
        .nextExecution(after.atZone(ZoneOffset.UTC))
        .map(time -> time.toLocalDateTime())
        .orElse(null);
  }

  /** Returns whether it has other times than those with the second 0. */
  boolean hasSeconds() {
    return seconds.size() > 1 || seconds.first() != 0;
  }
}
