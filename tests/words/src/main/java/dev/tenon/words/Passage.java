package dev.tenon.words;

/**
 * Words that belong together, without code.
 *
 * @param file the file, from the root of the repository, with slashes
 * @param line their first line, from 1
 * @param kind for whom they are
 * @param text the words, with single spaces
 */
public record Passage(String file, int line, Kind kind, String text) {

  /** For whom words are. */
  public enum Kind {
    /** Comments, for those who read sources and Javadoc. */
    COMMENT,
    /** Pages of the documentation, and the web pages of the dashboard. */
    PAGE,
    /** Messages of exceptions, logs, the compiler and the command line. */
    MESSAGE
  }

  /** The place, as editors and compilers write it. */
  public String place() {
    return file + ":" + line;
  }
}
