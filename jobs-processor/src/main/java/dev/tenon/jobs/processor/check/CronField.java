package dev.tenon.jobs.processor.check;

import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A field of a cron expression: the values it allows, and the check of what is written in it. */
enum CronField {
  SECOND("the second", "A second is 0 to 59", 0, 59, ""),
  MINUTE("the minute", "A minute is 0 to 59", 0, 59, ""),
  HOUR("the hour", "An hour is 0 to 23", 0, 23, ""),
  DAY_OF_MONTH("the day of the month", "A day of the month is 1 to 31", 1, 31, ""),
  MONTH(
      "the month",
      "A month is 1 to 12 or JAN to DEC",
      1,
      12,
      "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"),
  DAY_OF_WEEK(
      "the day of the week",
      "A day of the week is 0 to 7, where 0 and 7 are Sunday, or MON to SUN",
      0,
      7,
      "MON TUE WED THU FRI SAT SUN");

  /** A value, a range or everything, with an optional step. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "(?:\\*|(?<first>[\\p{L}\\d]+)(?:-(?<last>[\\p{L}\\d]+))?)(?:/(?<step>[\\p{L}\\d]+))?");

  /** A number with at most as many digits as the runtime's parser takes. */
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,2}");

  private final String what;
  private final String rule;
  private final int least;
  private final int most;

  /** The names of the values from 1 on, separated by spaces. */
  private final String names;

  CronField(String what, String rule, int least, int most, String names) {
    this.what = what;
    this.rule = rule;
    this.least = least;
    this.most = most;
    this.names = names;
  }

  /** Returns the fault of a field that starts in this column, or empty if there is none. */
  Optional<String> fault(String field, int column) {
    int at = column;
    for (String entry : field.split(",", -1)) {
      Optional<String> fault = entryFault(entry, at);
      if (fault.isPresent()) {
        return fault;
      }
      at += entry.length() + 1;
    }
    return Optional.empty();
  }

  private Optional<String> entryFault(String entry, int column) {
    Matcher matcher = ENTRY.matcher(entry);
    if (!matcher.matches()) {
      int end = matcher.lookingAt() ? matcher.end() : 0;
      String found = end < entry.length() ? "'" + entry.substring(end) + "'" : "nothing";
      return Optional.of(wrong(found, column + end));
    }
    for (String part : List.of("first", "last")) {
      if (matcher.group(part) != null && value(matcher.group(part)).isEmpty()) {
        return Optional.of(wrong("'" + matcher.group(part) + "'", column + matcher.start(part)));
      }
    }
    String step = matcher.group("step");
    if (step != null && !isStep(step)) {
      return Optional.of(
          "has '%s' as the step of %s in column %d. A step here is 1 to %d, as in */%d"
              .formatted(step, what, column + matcher.start("step"), most, Math.min(most, 5)));
    }
    String last = matcher.group("last");
    if (last != null && number(matcher.group("first")) > number(last)) {
      return Optional.of(
          ("has the range '%s' as %s in column %d, which ends before it starts. Write two ranges "
                  + "with a comma between them")
              .formatted(entry, what, column));
    }
    return Optional.empty();
  }

  private String wrong(String found, int column) {
    if (found.equals("'?'")) {
      return "has '?' as %s in column %d, which only Quartz knows. Write '*'"
          .formatted(what, column);
    }
    return ("has %s as %s in column %d. %s; '*', lists such as 1,3, ranges such as 1-3 and steps "
            + "such as */2 are allowed too")
        .formatted(found, what, column, rule);
  }

  private boolean isStep(String step) {
    return NUMBER.matcher(step).matches()
        && Integer.parseInt(step) >= 1
        && Integer.parseInt(step) <= most;
  }

  /** The values that a valid field stands for. */
  NavigableSet<Integer> values(String field) {
    NavigableSet<Integer> values = new TreeSet<>();
    for (String entry : field.split(",", -1)) {
      Matcher matcher = ENTRY.matcher(entry);
      if (matcher.matches()) {
        addValues(matcher, values);
      }
    }
    return values;
  }

  private void addValues(Matcher matcher, Set<Integer> values) {
    String first = matcher.group("first");
    String last = matcher.group("last");
    String step = matcher.group("step");
    int from = first == null ? least : number(first);
    int to = first == null || step != null ? most : from;
    if (last != null) {
      to = number(last);
    }
    int by = step == null ? 1 : Integer.parseInt(step);
    for (int value = from; value <= to; value += by) {
      values.add(value);
    }
  }

  private int number(String text) {
    return value(text).orElseThrow();
  }

  private OptionalInt value(String text) {
    int name = List.of(names.split(" ")).indexOf(text.toUpperCase(Locale.ROOT));
    if (name >= 0) {
      return OptionalInt.of(name + 1);
    }
    if (!NUMBER.matcher(text).matches()) {
      return OptionalInt.empty();
    }
    int number = Integer.parseInt(text);
    return number >= least && number <= most ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
