package dev.tenon.jobs.internal.values;

import dev.tenon.jobs.definition.Rate;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rates as the database has them: amounts in windows of seconds, of jobs or of a component that is
 * their cost, such as {@code 10/1 200000:tokens/60}.
 */
public final class StoredRates {

  private static final Pattern SPACE = Pattern.compile(" ");

  private StoredRates() {}

  /** The string that is stored; empty if there are no rates. */
  public static String text(List<Rate> rates) {
    return rates.stream()
        .map(
            rate ->
                rate.amount()
                    + rate.component().map(component -> ":" + component).orElse("")
                    + "/"
                    + rate.window().toSeconds())
        .collect(Collectors.joining(" "));
  }

  /** The rates of a stored string. */
  public static List<Rate> read(String text) {
    return text.isEmpty()
        ? List.of()
        : SPACE.splitAsStream(text).map(rate -> Rate.parse(rate.replace(':', ' ') + "s")).toList();
  }
}
