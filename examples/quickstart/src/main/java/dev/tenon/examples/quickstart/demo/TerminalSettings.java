package dev.tenon.examples.quickstart.demo;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The capabilities of a terminal.
 *
 * @param live whether it has colors, and lines can be painted again
 * @param unicode whether it has signs beyond ASCII
 * @param width how many characters fit in a line
 */
record TerminalSettings(boolean live, boolean unicode, int width) {

  private static final int PLAIN_WIDTH = 110;
  private static final int USUAL_WIDTH = 80;
  private static final int LEAST_WIDTH = 72;

  /** A choice of when to use colors and repaint lines. */
  enum Color {
    /** On a terminal, unless NO_COLOR is set. */
    AUTO,
    /** In any case. */
    ALWAYS,
    /** Not at all. */
    NEVER
  }

  /** The settings for the standard output of this process. */
  static TerminalSettings detect(Color color, Map<String, String> environment, Charset charset) {
    boolean live =
        switch (color) {
          case ALWAYS -> true;
          case NEVER -> false;
          case AUTO ->
              isTerminal()
                  && environment.getOrDefault("NO_COLOR", "").isEmpty()
                  && !environment.getOrDefault("TERM", "").equals("dumb");
        };
    boolean unicode = charset.newEncoder().canEncode('█');
    return new TerminalSettings(live, unicode, live ? terminalWidth() : PLAIN_WIDTH);
  }

  /** The charset of the standard output. */
  static Charset outputCharset() {
    String name =
        System.getProperty(
            "stdout.encoding",
            System.getProperty(
                "sun.stdout.encoding", System.getProperty("native.encoding", "UTF-8")));
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }

  // Where there is always a console, isTerminal() tells
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      // Before Java 22 there is a console only where there is a terminal
      return true;
    }
  }

  private static int terminalWidth() {
    try {
      Process stty = new ProcessBuilder("sh", "-c", "stty size 2>/dev/null </dev/tty").start();
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroy();
        return USUAL_WIDTH;
      }
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      int columns = Integer.parseInt(size.trim().replaceFirst("^\\d+ ", ""));
      return Math.min(Math.max(columns - 1, LEAST_WIDTH), PLAIN_WIDTH);
    } catch (IOException | NumberFormatException e) {
      return USUAL_WIDTH;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return USUAL_WIDTH;
    }
  }
}
