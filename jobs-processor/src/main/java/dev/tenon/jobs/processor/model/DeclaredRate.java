package dev.tenon.jobs.processor.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit on the jobs that start in any window of a length, or on what they cost together, as
 * {@code rates} declares it. The runtime reads the same form.
 *
 * @param amount how many may start, or what they may cost
 * @param component the component of the payload that is the cost of a job; empty if jobs are
 *     counted
 * @param window the length of the window, in whole seconds
 */
public record DeclaredRate(long amount, Optional<String> component, Duration window) {

  /** The largest amount. */
  public static final long MAX_AMOUNT = 1_000_000_000;

  /** The longest window. */
  public static final Duration MAX_WINDOW = Duration.ofDays(31);

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,10})(?: ([^\\s/:,]+))?/(\\d{0,7})([smhd])");

  /** Returns the rate, or empty if the string is not one, or a value is out of its range. */
  public static Optional<DeclaredRate> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long units = matcher.group(3).isEmpty() ? 1 : Long.parseLong(matcher.group(3));
    Duration window =
        switch (matcher.group(4)) {
          case "s" -> Duration.ofSeconds(units);
          case "m" -> Duration.ofMinutes(units);
          case "h" -> Duration.ofHours(units);
          default -> Duration.ofDays(units);
        };
    DeclaredRate rate =
        new DeclaredRate(
            Long.parseLong(matcher.group(1)), Optional.ofNullable(matcher.group(2)), window);
    return Optional.of(rate).filter(DeclaredRate::isInRange);
  }

  private boolean isInRange() {
    return amount >= 1
        && amount <= MAX_AMOUNT
        && !window.isZero()
        && window.compareTo(MAX_WINDOW) <= 0;
  }

  /** Returns whether it counts the same as another rate. */
  public boolean countsLike(DeclaredRate other) {
    return component.equals(other.component);
  }

  /** The largest amount that this rate lets start in a window of another length. */
  public long mostIn(Duration other) {
    long windows = (other.toSeconds() + window.toSeconds() - 1) / window.toSeconds();
    return amount * windows;
  }

  /** The rate as the runtime writes it, with the longest unit that fits, such as 900/15m. */
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
