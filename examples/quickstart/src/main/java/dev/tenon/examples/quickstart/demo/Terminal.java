package dev.tenon.examples.quickstart.demo;

import java.io.PrintStream;
import java.util.List;

/**
 * The output of the demo: a terminal with colors and lines that are painted again, or plain lines.
 * Thread-safe.
 */
final class Terminal {

  private static final String ESCAPE = "\u001b[";

  private final PrintStream out;
  private final TerminalSettings settings;
  private int paintedLines;
  private boolean ended;

  Terminal(PrintStream out, TerminalSettings settings) {
    this.out = out;
    this.settings = settings;
  }

  /** Colors of text, by what they mean. */
  enum Style {
    TITLE("1"),
    QUIET("2"),
    GOOD("32"),
    BAD("31"),
    WAITING("33"),
    BUSY("36");

    private final String code;

    Style(String code) {
      this.code = code;
    }
  }

  /** Returns whether lines can be repainted. */
  boolean isLive() {
    return settings.live();
  }

  /** The number of characters that fit in a line. */
  int width() {
    return settings.width();
  }

  /** The text in a color, where there are colors. */
  String paint(Style style, String text) {
    return isLive() ? ESCAPE + style.code + "m" + text + ESCAPE + "0m" : text;
  }

  /** The first sign, or the second where the terminal cannot show the first. */
  String sign(String unicode, String ascii) {
    return settings.unicode() ? unicode : ascii;
  }

  /** A bar of that many characters. */
  String bar(int percent, int length) {
    int full = percent * length / 100;
    return sign("█", "#").repeat(full) + sign("░", ".").repeat(length - full);
  }

  /** The text, cut off where it is longer than that. */
  String fit(String text, int length) {
    String line = text.replaceAll("[\\r\\n\\t]+", " ");
    if (line.length() <= length) {
      return line;
    }
    String dots = sign("…", "..");
    return line.substring(0, Math.max(0, length - dots.length())) + dots;
  }

  /** The text, cut off or filled up to that length. */
  String column(String text, int length) {
    String fitting = fit(text, length);
    return fitting + " ".repeat(Math.max(0, length - fitting.length()));
  }

  /** Writes a line. */
  synchronized void line(String text) {
    out.print(text + System.lineSeparator());
    out.flush();
  }

  /** Writes an empty line. */
  void line() {
    line("");
  }

  /** Paints lines over those that were painted last. Only where {@link #isLive()}. */
  synchronized void repaint(List<String> lines) {
    if (ended) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(paintedLines == 0 ? ESCAPE + "?25l" : ESCAPE + paintedLines + "A");
    for (String line : lines) {
      text.append(ESCAPE).append("2K").append(line).append('\n');
    }
    paintedLines = lines.size();
    out.print(text);
    out.flush();
  }

  /** Paints no more: the process is about to end. */
  synchronized void end() {
    settle();
    ended = true;
  }

  /** Leaves what was painted as it is, and shows the cursor again. */
  synchronized void settle() {
    if (paintedLines > 0) {
      paintedLines = 0;
      out.print(ESCAPE + "?25h");
      out.flush();
    }
  }
}
