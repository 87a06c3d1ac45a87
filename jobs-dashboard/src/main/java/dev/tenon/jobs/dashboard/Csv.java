package dev.tenon.jobs.dashboard;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes tables as RFC 4180 has them, for people who open them in a spreadsheet: no value becomes a
 * formula there, and invisible characters are made visible.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">CSV injection</a>
 */
final class Csv {

  /** The characters that begin a formula, in ASCII and as wide characters. */
  private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20";

  private Csv() {}

  /** A line of the table, with its end. */
  static String row(List<String> cells) {
    return cells.stream().map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String cell(String text) {
    String safe = withoutFormulas(Visible.of(text));
    boolean needsQuotes =
        safe.chars().anyMatch(c -> c == ',' || c == ';' || c == '"' || c < ' ')
            || !safe.equals(safe.strip());
    return needsQuotes ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }

  /**
   * The text with an apostrophe before each formula. A spreadsheet may take semicolons, tabs and
   * ends of lines for ends of cells, whether or not they are in quotes.
   */
  private static String withoutFormulas(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 4);
    boolean isBeginning = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isBeginning && FORMULA.indexOf(c) >= 0) {
        safe.append('\'');
      }
      boolean endsCell = c == ';' || c == '\t' || c == '\r' || c == '\n';
      isBeginning = endsCell || (isBeginning && (Character.isWhitespace(c) || c == '"'));
      safe.append(c);
    }
    return safe.toString();
  }
}
