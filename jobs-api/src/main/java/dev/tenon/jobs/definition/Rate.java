package dev.tenon.jobs.definition;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A limit on the jobs that start in a window of time, such as 1,000 in an hour, or on what they
 * cost together, such as 200,000 tokens in a minute. The window slides: in no window of that length
 * do more start. Immutable.
 *
 * @param amount how many may start in the window, or what they may cost together; from 1 to {@link
 *     #MAX_AMOUNT}
 * @param component the component of the payload whose value is the cost of a job; empty if jobs are
 *     counted
 * @param window the length of the window: whole seconds, from 1 to {@link #MAX_WINDOW}
 */
public record Rate(long amount, Optional<String> component, Duration window) {

  /** The largest amount. */
  public static final long MAX_AMOUNT = 1_000_000_000;

  /** The longest window. */
  public static final Duration MAX_WINDOW = Duration.ofDays(31);

  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,10})(?: ([^\\s/:,]+))?/(\\d{0,7})([smhd])");

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public Rate {
    Objects.requireNonNull(component, "component");
    Objects.requireNonNull(window, "window");
    if (amount < 1 || amount > MAX_AMOUNT) {
      throw new IllegalArgumentException(
          "The amount of a rate is %d; it must be from 1 to %d.".formatted(amount, MAX_AMOUNT));
    }
    if (window.compareTo(Duration.ofSeconds(1)) < 0
        || window.compareTo(MAX_WINDOW) > 0
        || window.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "The window of a rate is %s; it must be a number of whole seconds, up to %d days."
              .formatted(window, MAX_WINDOW.toDays()));
    }
  }

  /**
   * A rate of this many jobs in a window.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static Rate of(long amount, Duration window) {
    return new Rate(amount, Optional.empty(), window);
  }

  /** A copy that counts the values of a component of the payload, and not jobs. */
  public Rate counting(String component) {
    return new Rate(amount, Optional.of(component), window);
  }

  /**
   * Reads a rate in the form that {@code @JobType} takes: {@code 10/s}, {@code 100/10s}, {@code
   * 900/15m}, {@code 1000/h}, or {@code 200000 tokens/m}.
   *
   * @throws IllegalArgumentException if the string has another form, or a value is out of its range
   */
  public static Rate parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a rate. Write an amount and a window, such as 10/s, 100/10s, 900/15m, 1000/h or 200000 tokens/m."
              .formatted(text));
    }
    long units = matcher.group(3).isEmpty() ? 1 : Long.parseLong(matcher.group(3));
    Duration window =
        switch (matcher.group(4)) {
          case "s" -> Duration.ofSeconds(units);
          case "m" -> Duration.ofMinutes(units);
          case "h" -> Duration.ofHours(units);
          default -> Duration.ofDays(units);
        };
    return new Rate(
        Long.parseLong(matcher.group(1)), Optional.ofNullable(matcher.group(2)), window);
  }

  /**
   * Reads rates that are separated by commas, such as {@code 10/s, 1000/h}; {@code 0} is no rate.
   *
   * @throws IllegalArgumentException if one of them is wrong
   */
  public static List<Rate> parseList(String text) {
    return text.strip().equals("0")
        ? List.of()
        : COMMA.splitAsStream(text).map(rate -> parse(rate.strip())).toList();
  }

  /**
   * The rates as {@link #parseList} reads them; an empty string, which it does not read, if there
   * are none.
   */
  public static String text(List<Rate> rates) {
    return rates.stream().map(Rate::toString).collect(Collectors.joining(", "));
  }

  /** The rate as {@link #parse} reads it, with the longest unit that fits, such as 900/15m. */
  @Override
  public String toString() {
    long seconds = window.toSeconds();
    if (seconds % 86_400 == 0) {
      return text(seconds / 86_400, "d");
    }
    if (seconds % 3_600 == 0) {
      return text(seconds / 3_600, "h");
    }
    return seconds % 60 == 0 ? text(seconds / 60, "m") : text(seconds, "s");
  }

  private String text(long units, String unit) {
    return amount
        + component.map(counted -> " " + counted).orElse("")
        + "/"
        + (units == 1 ? "" : Long.toString(units))
        + unit;
  }
}
