package dev.tenon.jobs.processor.check;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.parser.CronParser;
import java.time.Month;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The check of a cron expression. The runtime parses expressions with cron-utils, so nothing that
 * cron-utils refuses may pass. But cron-utils does not say where an expression is wrong, and
 * accepts some misspelled ones, such as {@code 1-5-}.
 */
final class CronExpression {

  private static final List<String> NICKNAMES =
      List.of("@hourly", "@daily", "@weekly", "@monthly", "@yearly");

  private static final String FIVE_FIELDS =
      "It takes five fields: minute, hour, day of the month, month and day of the week; for example"
          + " cron = \"30 3 * * MON-FRI\". The second may stand before them";

  private static final Pattern FIELD = Pattern.compile("\\S+");

  private CronExpression() {}

  private record Field(String text, int column) {}

  /**
   * Returns the fault as the rest of a sentence about the expression, or empty if there is none.
   */
  static Optional<String> fault(String expression) {
    if (expression.startsWith("@")) {
      return NICKNAMES.contains(expression)
          ? Optional.empty()
          : Optional.of(
              "has an unknown nickname in column 1. Write one of %s, or five fields"
                  .formatted(String.join(", ", NICKNAMES)));
    }
    List<Field> fields = fields(expression);
    int most = CronField.values().length;
    int least = most - 1;
    if (fields.isEmpty()) {
      return Optional.of("is blank. " + FIVE_FIELDS);
    }
    if (fields.size() < least) {
      return Optional.of(
          "ends in column %d, after %s. %s"
              .formatted(
                  end(fields.get(fields.size() - 1)),
                  fields.size() == 1 ? "1 field" : fields.size() + " fields",
                  FIVE_FIELDS));
    }
    if (fields.size() > most) {
      return Optional.of(
          "has %d fields; the seventh starts in column %d. %s, and there are no years"
              .formatted(fields.size(), fields.get(most).column(), FIVE_FIELDS));
    }
    Map<CronField, Field> byKind = new EnumMap<>(CronField.class);
    Iterator<Field> next = fields.iterator();
    EnumSet.allOf(CronField.class).stream()
        .skip(most - fields.size())
        .forEach(kind -> byKind.put(kind, next.next()));
    for (Map.Entry<CronField, Field> field : byKind.entrySet()) {
      Field written = field.getValue();
      Optional<String> fault = field.getKey().fault(written.text(), written.column());
      if (fault.isPresent()) {
        return fault;
      }
    }
    String fromMinute = expression.substring(field(CronField.MINUTE, byKind).column() - 1);
    return refusal(fromMinute)
        .or(
            () ->
                neverFires(
                    field(CronField.DAY_OF_MONTH, byKind),
                    field(CronField.MONTH, byKind),
                    field(CronField.DAY_OF_WEEK, byKind)));
  }

  private static Field field(CronField kind, Map<CronField, Field> fields) {
    return Objects.requireNonNull(fields.get(kind));
  }

  private static List<Field> fields(String expression) {
    List<Field> fields = new ArrayList<>();
    Matcher matcher = FIELD.matcher(expression);
    while (matcher.find()) {
      fields.add(new Field(matcher.group(), matcher.start() + 1));
    }
    return fields;
  }

  private static int end(Field field) {
    return field.column() + field.text().length() - 1;
  }

  /** Returns what the runtime's parser objects to. */
  private static Optional<String> refusal(String expression) {
    try {
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
          .parse(expression)
          .validate();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("cannot be parsed, from column 1 on: " + e.getMessage());
    }
  }

  /**
   * Returns the fault of an expression whose months have none of its days, or empty if it can fire.
   * Every month has each day of the week, so a day of the week is enough.
   */
  private static Optional<String> neverFires(Field day, Field month, Field weekday) {
    if (!weekday.text().equals("*") && !weekday.text().equals("*/1")) {
      return Optional.empty();
    }
    int first = CronField.DAY_OF_MONTH.values(day.text()).first();
    boolean fires =
        CronField.MONTH.values(month.text()).stream()
            .anyMatch(number -> first <= Month.of(number).maxLength());
    return fires
        ? Optional.empty()
        : Optional.of(
            ("never fires: no month of '%s' has the day '%s' in column %d. Write a day that one "
                    + "of these months has")
                .formatted(month.text(), day.text(), day.column()));
  }
}
