package dev.tenon.jobs.cli.generate;

import java.util.ArrayList;
import java.util.List;

/** Writes types of Python that may be too long for one line, as formatters break them. */
final class PythonLines {

  private static final String OR = " | ";
  private static final String COMMA = ", ";

  private final CodeWriter out;

  PythonLines(CodeWriter out) {
    this.out = out;
  }

  /** Writes a declaration whose type is not in brackets yet. */
  void declaration(String before, String type) {
    if (before.length() + type.length() <= out.width() || split(type, OR).size() == 1) {
      write(before, type, "");
    } else {
      out.open(before + "(");
      write("", type, "");
      out.close(")");
    }
  }

  /** Writes a type in brackets, or one without alternatives. */
  private void write(String before, String type, String after) {
    String line = before + type + after;
    List<String> alternatives = split(type, OR);
    int bracket = type.indexOf('[');
    if (line.length() <= out.width() || (alternatives.size() == 1 && bracket < 0)) {
      out.line(line);
    } else if (alternatives.size() > 1) {
      for (int i = 0; i < alternatives.size(); i++) {
        boolean isLast = i == alternatives.size() - 1;
        write(i == 0 ? before : "| ", alternatives.get(i), isLast ? after : "");
      }
    } else {
      List<String> arguments = split(type.substring(bracket + 1, type.length() - 1), COMMA);
      out.open(before + type.substring(0, bracket + 1));
      arguments.forEach(each -> write("", each, arguments.size() == 1 ? "" : ","));
      out.close("]" + after);
    }
  }

  /** The parts between separators that are neither in brackets nor in strings. */
  private static List<String> split(String type, String separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean inString = false;
    int start = 0;
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      if (inString && c == '\\') {
        i++;
      } else if (c == '"') {
        inString = !inString;
      } else if (!inString && c == '[') {
        depth++;
      } else if (!inString && c == ']') {
        depth--;
      } else if (!inString && depth == 0 && type.startsWith(separator, i)) {
        parts.add(type.substring(start, i));
        start = i + separator.length();
      }
    }
    parts.add(type.substring(start));
    return parts;
  }
}
