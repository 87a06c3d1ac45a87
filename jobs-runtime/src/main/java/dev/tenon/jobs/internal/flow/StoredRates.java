package dev.tenon.jobs.internal.flow;

import dev.tenon.jobs.definition.Rate;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rates as the database has them: amounts in windows of seconds, such as {@code 10/1 1000/3600}. */
public final class StoredRates {

  private static final Pattern SPACE = Pattern.compile(" ");

  private StoredRates() {}

  /** The string that is stored; empty if there are no rates. */
  public static String text(List<Rate> rates) {
    return rates.stream()
        .map(rate -> rate.amount() + "/" + rate.window().toSeconds())
        .collect(Collectors.joining(" "));
  }

  /** The rates of a stored string. */
  static List<Rate> read(String text) {
    return text.isEmpty()
        ? List.of()
        : SPACE.splitAsStream(text).map(rate -> Rate.parse(rate + "s")).toList();
  }

  /** A rate of an amount in a number of seconds. */
  public static Rate rate(long amount, int seconds) {
    return Rate.of(amount, Duration.ofSeconds(seconds));
  }
}
