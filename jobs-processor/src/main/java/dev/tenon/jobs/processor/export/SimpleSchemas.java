package dev.tenon.jobs.processor.export;

import java.util.List;
import java.util.Optional;

/**
 * The schemas of values without parts, as the runtime's codec writes them. {@code format} is added
 * if the standard has one for all but the most extreme values; the pattern covers those too.
 */
final class SimpleSchemas {

  private static final String FORMAT = "format";
  private static final String MOMENT = "date-time";
  private static final String PATTERN = "pattern";

  private static final String DATE = "(?:[0-9]{4}|[+-][0-9]{4,10})-[0-9]{2}-[0-9]{2}";
  private static final String TO_THE_SECOND = "[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?";
  private static final String TIME = "[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?";
  private static final String OFFSET = "(?:Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)";
  private static final String NUMBER = "[+-]?[0-9]+";
  private static final String UUID =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
  private static final long MAX_YEAR = 999_999_999;

  private SimpleSchemas() {}

  /** The schema of a type of this name; empty if there is none. */
  static Optional<Schema> of(String type) {
    return Optional.ofNullable(
        switch (type) {
          case "char", "java.lang.Character" ->
              Schema.type("string")
                  .with("minLength", 1L)
                  .with("maxLength", 1L)
                  .note("One UTF-16 code unit.");
          case "java.net.URI" ->
              Schema.type("string").note("A URI in the form that java.net.URI accepts.");
          case "java.net.URL" ->
              Schema.type("string").note("A URL in the form that java.net.URL accepts.");
          case "java.time.Duration" ->
              whole(
                  "[+-]?P(?:%1$sD)?(?:T(?:%1$sH)?(?:%1$sM)?(?:%1$s(?:\\.[0-9]{0,9})?S)?)?"
                      .formatted(NUMBER));
          case "java.time.Instant" ->
              whole(DATE + "T" + TO_THE_SECOND + OFFSET).with(FORMAT, MOMENT);
          case "java.time.LocalDate" -> whole(DATE).with(FORMAT, "date");
          case "java.time.LocalDateTime" -> whole(DATE + "T" + TIME);
          case "java.time.LocalTime" -> whole(TIME);
          case "java.time.MonthDay" -> whole("--[0-9]{2}-[0-9]{2}");
          case "java.time.OffsetDateTime" -> whole(DATE + "T" + TIME + OFFSET).with(FORMAT, MOMENT);
          case "java.time.OffsetTime" -> whole(TIME + OFFSET);
          case "java.time.Period" ->
              whole("[+-]?P(?:%1$sY)?(?:%1$sM)?(?:%1$sW)?(?:%1$sD)?".formatted(NUMBER));
          case "java.time.Year" ->
              Schema.type("integer").with("minimum", -MAX_YEAR).with("maximum", MAX_YEAR);
          case "java.time.YearMonth" -> whole("(?:[0-9]{4,9}|-[0-9]{4,9})-[0-9]{2}");
          case "java.time.ZoneId" ->
              Schema.type("string").note("A time zone in the form that java.time.ZoneId accepts.");
          case "java.time.ZoneOffset" -> whole(OFFSET);
          case "java.time.ZonedDateTime" ->
              whole(DATE + "T" + TIME + OFFSET + "(?:\\[[^\\]]+\\])?");
          case "java.util.Currency" -> whole("[A-Z]{3}").note("A code of ISO 4217.");
          case "java.util.Date" -> whole(DATE + "T" + TIME + OFFSET).with(FORMAT, MOMENT);
          case "java.util.Locale" -> Schema.type("string").note("A language tag.");
          case "java.util.UUID" -> whole(UUID).with(FORMAT, "uuid");
          default -> null;
        });
  }

  /** The schema of the strings that stand for keys of a type; empty if any string does. */
  static Optional<Schema> key(String type) {
    return Optional.ofNullable(
        switch (type) {
          case "java.lang.String", "java.lang.CharSequence" -> null;
          case "java.lang.Boolean" -> Schema.any().with("enum", List.of("true", "false"));
          case "java.lang.Byte",
              "java.lang.Short",
              "java.lang.Integer",
              "java.lang.Long",
              "java.math.BigInteger",
              "java.time.Year" ->
              Schema.any().with(PATTERN, "^" + NUMBER + "$");
          case "java.time.Instant",
              "java.time.LocalDate",
              "java.time.YearMonth",
              "java.util.UUID" ->
              of(type).orElseThrow();
          default -> Schema.any().note("The string form of a " + type + ".");
        });
  }

  private static Schema whole(String pattern) {
    return Schema.text("^" + pattern + "$");
  }
}
