package dev.tenon.jobs.cli.generate;

import java.util.ArrayList;
import java.util.List;

/** Makes comments from strings that somebody else has written, and that may contain anything. */
final class Prose {

  private Prose() {}

  /** Returns a string on one line, where all characters can be seen. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split("[\\s\\p{Z}]+", -1)) {
      if (!word.isEmpty()) {
        line.append(line.isEmpty() ? "" : " ");
        word.codePoints().forEach(c -> append(line, c));
      }
    }
    return line.toString();
  }

  private static void append(StringBuilder line, int c) {
    if (isInvisible(c)) {
      line.append(String.format("\\u%04x", c));
    } else {
      line.appendCodePoint(c);
    }
  }

  /** Returns whether a character is not seen, or changes how others are seen. */
  static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      case Character.SPACE_SEPARATOR -> c != ' ';
      default -> false;
    };
  }

  /** Returns the lines of a paragraph, which are not longer than that if its words are not. */
  static List<String> wrap(String paragraph, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : paragraph.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** Returns the lines of paragraphs, with an empty line between them. */
  static List<String> lines(List<String> paragraphs, int width) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : paragraphs) {
      if (!paragraph.isEmpty()) {
        if (!lines.isEmpty()) {
          lines.add("");
        }
        lines.addAll(wrap(paragraph, width));
      }
    }
    return lines;
  }
}
