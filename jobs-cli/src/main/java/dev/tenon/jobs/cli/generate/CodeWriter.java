package dev.tenon.jobs.cli.generate;

import java.util.List;

/** Writes lines of code with their indentation. Not thread-safe. */
final class CodeWriter {

  /** The length of a line that is still easy to read. */
  static final int WIDTH = 100;

  private final String indentation;
  private final StringBuilder code = new StringBuilder();
  private int depth;

  /**
   * Creates a writer.
   *
   * @param indentation the spaces for each level
   */
  CodeWriter(String indentation) {
    this.indentation = indentation;
  }

  /** Writes an empty line. */
  void line() {
    code.append('\n');
  }

  /** Writes a line. */
  void line(String text) {
    code.append(text.isEmpty() ? "" : indentation.repeat(depth)).append(text).append('\n');
  }

  /** Writes lines. */
  void lines(List<String> lines) {
    lines.forEach(this::line);
  }

  /** Writes a line, and indents those that follow. */
  void open(String text) {
    line(text);
    depth++;
  }

  /** Ends what was opened last, and writes a line. */
  void close(String text) {
    depth--;
    line(text);
  }

  /** Ends what was opened last. */
  void close() {
    depth--;
  }

  /** The number of characters that a line may still have. */
  int width() {
    return WIDTH - indentation.length() * depth;
  }

  @Override
  public String toString() {
    return code.toString();
  }
}
