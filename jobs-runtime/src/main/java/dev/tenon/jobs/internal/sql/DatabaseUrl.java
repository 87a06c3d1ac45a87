package dev.tenon.jobs.internal.sql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL of PostgreSQL, checked, and shown without possible secrets: its parameters may hold a
 * password. The driver quotes an invalid URL in its message, so an invalid URL must not reach the
 * driver.
 */
public final class DatabaseUrl {

  private static final String FORM =
      " It must look like jdbc:postgresql://host:5432/database (it is not shown, since it may "
          + "hold a"
          + " password).";

  private static final String PREFIX = "jdbc:postgresql:";

  /** The hosts with ports, and the database. */
  private static final Pattern PLACE = Pattern.compile(PREFIX + "(?://([^/?]*)/)?([^?/]*)");

  /** Host names or IPv6 addresses in brackets, with optional ports, separated by commas. */
  private static final Pattern HOSTS =
      Pattern.compile("(?:[^,:\\[\\]@]*|\\[[0-9a-fA-F:.%]+])(?::(\\d{1,5}))?");

  private static final int MAX_PORT = 65_535;

  private DatabaseUrl() {}

  /**
   * Checks the form.
   *
   * @param name what the URL is called in messages, such as {@code The URL given to database(…)}
   * @param elsewhere where user and password belong, such as {@code as the second argument}
   * @throws IllegalArgumentException if it is not a URL of PostgreSQL, or holds a user before the
   *     host
   */
  public static void check(String name, String elsewhere, String url) {
    if (!url.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          name + " does not start with jdbc:postgresql:. Tenon needs PostgreSQL." + FORM);
    }
    String rest = url.substring(PREFIX.length());
    if (!rest.startsWith("//")) {
      return;
    }
    Matcher matcher = PLACE.matcher(url);
    if (!matcher.lookingAt() || matcher.group(1) == null) {
      throw new IllegalArgumentException(name + " has no / after host and port." + FORM);
    }
    String hosts = matcher.group(1);
    if (hosts.contains("@")) {
      throw new IllegalArgumentException(
          name + " has something before an @. Give user and password " + elsewhere + "." + FORM);
    }
    for (String host : hosts.split(",", -1)) {
      Matcher parts = HOSTS.matcher(host);
      if (!parts.matches() || !isPort(parts.group(1))) {
        throw new IllegalArgumentException(
            name
                + " has a host or port that is not valid; a port is a number from 1 to 65535."
                + FORM);
      }
    }
  }

  private static boolean isPort(@Nullable String digits) {
    int port = digits == null ? 1 : Integer.parseInt(digits);
    return port >= 1 && port <= MAX_PORT;
  }

  /** Returns whether there is another host to try when one of them does not answer. */
  public static boolean namesSeveralHosts(String url) {
    Matcher matcher = PLACE.matcher(url);
    return matcher.lookingAt() && matcher.group(1) != null && matcher.group(1).contains(",");
  }

  /** Returns whether a URL sets a parameter. */
  public static boolean sets(String parameter, String url) {
    return url.contains("?" + parameter + "=") || url.contains("&" + parameter + "=");
  }

  /** Returns the target of a URL, as it may be shown, such as {@code at localhost:5432/app}. */
  public static String place(String url) {
    Matcher matcher = PLACE.matcher(url);
    if (!matcher.lookingAt() || (matcher.group(1) != null && matcher.group(1).contains("@"))) {
      return "at the configured URL";
    }
    String hosts =
        matcher.group(1) == null || matcher.group(1).isEmpty() ? "localhost" : matcher.group(1);
    return "at " + hosts + "/" + matcher.group(2);
  }
}
