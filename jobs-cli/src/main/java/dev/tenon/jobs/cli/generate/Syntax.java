package dev.tenon.jobs.cli.generate;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The literals of a language. */
enum Syntax {
  /** Those of TypeScript. */
  TYPESCRIPT("true", "false", "null", " ", "\\u{%x}") {
    @Override
    String key(String name) {
      if (NAME.matcher(name).matches()) {
        // Written like other names, it would set the prototype
        return name.equals("__proto__") ? "[\"__proto__\"]" : name;
      }
      return string(name);
    }
  },

  /** Those of Python. */
  PYTHON("True", "False", "None", "", "\\U%08x") {
    @Override
    String key(String name) {
      return string(name);
    }
  };

  static final Pattern NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

  private final String yes;
  private final String no;
  private final String nothing;
  private final String padding;
  private final String largeEscape;

  Syntax(String yes, String no, String nothing, String padding, String largeEscape) {
    this.yes = yes;
    this.no = no;
    this.nothing = nothing;
    this.padding = padding;
    this.largeEscape = largeEscape;
  }

  /** The name of a property in a literal of an object. */
  abstract String key(String name);

  /** A string, with escapes for quotes and for what cannot be seen. */
  String string(String text) {
    StringBuilder literal = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                literal.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                literal.append("\\n");
              } else if (Prose.isInvisible(c)) {
                literal.append(
                    String.format(Character.isBmpCodePoint(c) ? "\\u%04x" : largeEscape, c));
              } else {
                literal.appendCodePoint(c);
              }
            });
    return literal.append('"').toString();
  }

  /** A string, a number, a boolean or null. */
  String plain(@Nullable Object value) {
    if (value instanceof String text) {
      return string(text);
    }
    if (value instanceof Boolean flag) {
      return flag ? yes : no;
    }
    return value instanceof BigDecimal number ? number.toPlainString() : nothing;
  }

  /** A value on one line. */
  String inline(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.isEmpty()
          ? "{}"
          : map.entrySet().stream()
              .map(each -> key(String.valueOf(each.getKey())) + ": " + inline(each.getValue()))
              .collect(Collectors.joining(", ", "{" + padding, padding + "}"));
    }
    return value instanceof List<?> list
        ? list.stream().map(this::inline).collect(Collectors.joining(", ", "[", "]"))
        : plain(value);
  }

  /**
   * Writes a value on one line if that is short, and else on several.
   *
   * @param before what stands before it on its first line
   * @param after what stands after it on its last line
   */
  void write(CodeWriter out, String before, @Nullable Object value, String after) {
    String line = before + inline(value) + after;
    if (line.length() <= out.width()) {
      out.line(line);
    } else if (value instanceof Map<?, ?> map) {
      out.open(before + "{");
      map.forEach((name, each) -> write(out, key(String.valueOf(name)) + ": ", each, ","));
      out.close("}" + after);
    } else if (value instanceof List<?> list) {
      out.open(before + "[");
      list.forEach(each -> write(out, "", each, ","));
      out.close("]" + after);
    } else {
      out.line(line);
    }
  }
}
