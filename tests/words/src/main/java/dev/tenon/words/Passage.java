package dev.tenon.words;

/**
 * A paragraph, a table cell or a message, without the code in it.
 *
 * @param file the file, from the root of the repository, with slashes
 * @param line its first line, counted from 1
 * @param kind its readers
 * @param text its words, separated by single spaces
 */
public record Passage(String file, int line, Kind kind, String text) {

  /** The readers of a passage. */
  public enum Kind {
    /** Comments, for readers of sources and Javadoc. */
    COMMENT,
    /** Pages of the documentation and of the dashboard. */
    PAGE,
    /** Messages of exceptions, logs, the compiler and the command line. */
    MESSAGE
  }

  /** The place in the form that editors and compilers use. */
  public String place() {
    return file + ":" + line;
  }
}
