package dev.tenon.jobs.processor.write;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lays out generated sources as if they were written by hand. */
final class Layout {

  private static final int COLUMNS = 100;

  private static final Pattern EMPTY_BLOCK = Pattern.compile("\\{\\n *\\}");
  private static final Pattern ONE_LINE_COMMENT = Pattern.compile("/\\*\\*\\n *\\* (.*)\\n *\\*/");
  private static final Pattern ONE_ATTRIBUTE = Pattern.compile("\\(\\n *(\\w+ = \\w+)\\n *\\)\\n");

  private Layout() {}

  /**
   * The same source with long lines wrapped, empty blocks closed, and short declarations on one
   * line.
   */
  static String tidy(String source) {
    StringBuilder wrapped = new StringBuilder();
    for (String line : source.split("\n", -1)) {
      appendWrapped(line.stripTrailing(), wrapped);
    }
    wrapped.setLength(wrapped.length() - 1);
    String text = EMPTY_BLOCK.matcher(wrapped).replaceAll("{}");
    String laidOut = ONE_ATTRIBUTE.matcher(text).replaceAll("($1)\n");
    return ONE_LINE_COMMENT
        .matcher(laidOut)
        .replaceAll(
            match ->
                isShort(match.group(1), laidOut, match.start())
                    ? "/** $1 */"
                    : Matcher.quoteReplacement(match.group()));
  }

  private static boolean isShort(String comment, String text, int start) {
    int indent = start - 1 - text.lastIndexOf("\n", start);
    return indent + "/** ".length() + comment.length() + " */".length() <= COLUMNS;
  }

  /** Appends a line, wrapped into as many lines as it needs. */
  private static void appendWrapped(String line, StringBuilder out) {
    if (!line.stripLeading().startsWith("* ")) {
      CodeLines.append(line, COLUMNS, out);
      return;
    }
    String rest = line;
    int indent = line.indexOf("* ") + 2;
    String next = line.substring(0, indent);
    while (rest.length() > COLUMNS) {
      int space = lastSpace(rest, indent);
      if (space < 0) {
        break;
      }
      out.append(rest, 0, space).append('\n');
      rest = next + rest.substring(space + 1);
    }
    out.append(rest).append('\n');
  }

  /** The last space that a line can be broken at; not one inside braces. */
  private static int lastSpace(String line, int indent) {
    int depth = 0;
    int last = -1;
    for (int i = indent; i < line.length() && (i <= COLUMNS || last < 0); i++) {
      char c = line.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (c == ' ' && depth == 0) {
        last = i;
      }
    }
    return last;
  }
}
