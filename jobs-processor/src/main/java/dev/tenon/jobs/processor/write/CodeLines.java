package dev.tenon.jobs.processor.write;

import java.util.ArrayList;
import java.util.List;

/** Breaks long lines of code: after an assignment or an arrow, else between arguments. */
final class CodeLines {

  private static final String INDENT = "    ";

  private CodeLines() {}

  /** Appends a line of code, broken into as many lines as it needs to fit the columns. */
  static void append(String line, int columns, StringBuilder out) {
    if (line.length() <= columns) {
      out.append(line).append('\n');
      return;
    }
    String next = " ".repeat(indent(line)) + INDENT;
    int operator = afterOperator(line);
    if (operator > 0) {
      appendDeclaration(line.substring(0, operator), next, columns, out);
      append(next + line.substring(operator + 1), columns, out);
      return;
    }
    int open = find(line, '(', indent(line));
    int close = open < 0 ? -1 : close(line, open);
    if (close <= open + 1) {
      out.append(line).append('\n');
      return;
    }
    out.append(line, 0, open + 1).append('\n');
    String rest = line.substring(close);
    String arguments = next + line.substring(open + 1, close);
    if ((arguments + rest).length() <= columns) {
      out.append(arguments).append(rest).append('\n');
      return;
    }
    List<String> each = split(line.substring(open + 1, close));
    for (int i = 0; i < each.size(); i++) {
      append(next + each.get(i) + (i == each.size() - 1 ? rest : ","), columns, out);
    }
  }

  /**
   * Appends the part before an operator. A name that is too far right goes into the next line, as
   * do the arguments of a type.
   */
  private static void appendDeclaration(String line, String next, int columns, StringBuilder out) {
    int space = line.lastIndexOf(' ', line.length() - " =".length() - 1);
    if (line.length() <= columns || !line.endsWith(" =") || space <= indent(line)) {
      out.append(line).append('\n');
    } else {
      int argument = line.indexOf('<') + 1;
      if (space > columns && argument > 0 && argument < space) {
        out.append(line, 0, argument).append('\n').append(next).append(INDENT);
        out.append(line, argument, space).append('\n');
      } else {
        out.append(line, 0, space).append('\n');
      }
      out.append(next).append(line.substring(space + 1)).append('\n');
    }
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  /** The index of the space after the first assignment or arrow outside parentheses, or -1. */
  private static int afterOperator(String line) {
    int depth = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        i = endOfText(line, i);
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (depth == 0 && line.startsWith(" = ", i)) {
        return i + 2;
      } else if (depth == 0 && line.startsWith(" -> ", i)) {
        return i + 3;
      }
    }
    return -1;
  }

  private static int find(String line, char wanted, int from) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) == '"') {
        i = endOfText(line, i);
      } else if (line.charAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The index of the closing parenthesis; -1 if it is not in this line. */
  private static int close(String line, int open) {
    int depth = 0;
    for (int i = open; i < line.length(); i++) {
      switch (line.charAt(i)) {
        case '"' -> i = endOfText(line, i);
        case '(' -> depth++;
        case ')' -> {
          if (--depth == 0) {
            return i;
          }
        }
        default -> {}
      }
    }
    return -1;
  }

  private static int endOfText(String line, int start) {
    int i = start + 1;
    while (i < line.length() && line.charAt(i) != '"') {
      i += line.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }

  /**
   * The arguments, separated by the commas that are not inside nested parentheses or angle
   * brackets.
   */
  private static List<String> split(String arguments) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < arguments.length(); i++) {
      char c = arguments.charAt(i);
      if (c == '"') {
        i = endOfText(arguments, i);
      } else if (c == '(' || c == '<' || c == '{') {
        depth++;
      } else if (c == ')' || c == '}' || (c == '>' && arguments.charAt(i - 1) != '-')) {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(arguments.substring(start, i).strip());
        start = i + 1;
      }
    }
    parts.add(arguments.substring(start).strip());
    return parts;
  }
}
