package dev.tenon.jobs.processor.export;

import java.util.Locale;
import java.util.Optional;

/**
 * Regular expressions of Java in the dialect of JSON Schema, ECMA-262: those of which every part
 * means the same there, or can be spelled so that it does. What a class such as {@code \d} or a dot
 * stands for is written out, since the dialects and their implementations differ about it.
 *
 * @see <a href="https://json-schema.org/draft/2020-12/json-schema-core#section-6.4">Regular
 *     expressions in JSON Schema</a>
 */
final class EcmaPattern {

  /** What a dot of Java's matches: no line terminator, of which ECMA-262 knows one less. */
  private static final String ANY = "[^\\n\\r\\u0085\\u2028\\u2029]";

  private static final String DIGIT = "0-9";
  private static final String WORD = "A-Za-z0-9_";
  private static final String SPACE = " \\t-\\r";
  private static final String ESCAPED = "^$\\.*+?()[]{}|";
  private static final String ESCAPED_IN_CLASS = "\\]^-[";

  private final String java;
  private final StringBuilder ecma = new StringBuilder();
  private int position;

  private EcmaPattern(String java) {
    this.java = java;
  }

  /** Thrown where a part has no equivalent. */
  private static final class NoEquivalent extends Exception {
    private static final long serialVersionUID = 1L;

    private NoEquivalent() {
      super(null, null, false, false);
    }
  }

  /**
   * The pattern that finds a match in exactly the texts that the regular expression matches as a
   * whole; empty if a part of it has no equivalent.
   *
   * @param regexp a valid regular expression of Java's, without flags
   */
  static Optional<String> of(String regexp) {
    EcmaPattern pattern = new EcmaPattern(regexp);
    try {
      pattern.alternatives(0);
      return Optional.of("^(?:" + pattern.ecma + ")$");
    } catch (NoEquivalent e) {
      return Optional.empty();
    }
  }

  private boolean atEnd() {
    return position == java.length();
  }

  private char peek() throws NoEquivalent {
    if (atEnd()) {
      throw new NoEquivalent();
    }
    return java.charAt(position);
  }

  private char next() throws NoEquivalent {
    char next = peek();
    position++;
    return next;
  }

  private boolean take(String text) {
    boolean taken = java.startsWith(text, position);
    if (taken) {
      position += text.length();
    }
    return taken;
  }

  private void alternatives(int depth) throws NoEquivalent {
    while (true) {
      boolean quantifiable = false;
      // The text is matched as a whole: there, an anchor at an end of it says nothing new
      boolean unused = depth == 0 && take("^");
      while (!atEnd() && peek() != '|' && peek() != ')') {
        if (depth == 0 && peek() == '$' && endsAlternative(position + 1)) {
          position++;
          continue;
        }
        quantifiable = term(depth, quantifiable);
      }
      if (atEnd() || peek() == ')') {
        if (atEnd() != (depth == 0)) {
          throw new NoEquivalent();
        }
        return;
      }
      position++;
      ecma.append('|');
    }
  }

  private boolean endsAlternative(int index) {
    return index == java.length() || java.charAt(index) == '|';
  }

  /** One atom or quantifier; whether a quantifier may follow. */
  private boolean term(int depth, boolean quantifiable) throws NoEquivalent {
    char c = next();
    switch (c) {
      case '*', '+', '?' -> quantifier(String.valueOf(c), quantifiable);
      case '{' -> quantifier(braces(), quantifiable);
      case '(' -> {
        return group(depth);
      }
      case '[' -> {
        characterClass();
        return true;
      }
      case '.' -> {
        ecma.append(ANY);
        return true;
      }
      case '\\' -> {
        escape();
        return true;
      }
      case '^', '$' -> throw new NoEquivalent();
      default -> {
        literal(c, ESCAPED);
        return true;
      }
    }
    return false;
  }

  private void quantifier(String text, boolean quantifiable) throws NoEquivalent {
    // A plus behind a quantifier makes it possessive, which ECMA-262 does not know
    if (!quantifiable || (!atEnd() && peek() == '+')) {
      throw new NoEquivalent();
    }
    ecma.append(text);
    if (take("?")) {
      ecma.append('?');
    }
  }

  private String braces() throws NoEquivalent {
    int end = java.indexOf('}', position);
    String inside = end < 0 ? "" : java.substring(position, end);
    if (!inside.matches("[0-9]{1,9}(?:,[0-9]{0,9})?")) {
      throw new NoEquivalent();
    }
    position = end + 1;
    return "{" + inside + "}";
  }

  private boolean group(int depth) throws NoEquivalent {
    boolean look = false;
    if (take("?=")) {
      ecma.append("(?=");
      look = true;
    } else if (take("?!")) {
      ecma.append("(?!");
      look = true;
    } else {
      if (!take("?:") && peek() == '?') {
        namedGroup();
      }
      ecma.append("(?:");
    }
    alternatives(depth + 1);
    position++;
    ecma.append(')');
    return !look;
  }

  private void namedGroup() throws NoEquivalent {
    int end = java.indexOf('>', position);
    if (end < 0 || !java.substring(position, end).matches("\\?<[a-zA-Z][a-zA-Z0-9]*")) {
      throw new NoEquivalent();
    }
    position = end + 1;
  }

  private void escape() throws NoEquivalent {
    char c = next();
    switch (c) {
      case 'd' -> ecma.append('[').append(DIGIT).append(']');
      case 'D' -> ecma.append("[^").append(DIGIT).append(']');
      case 'w' -> ecma.append('[').append(WORD).append(']');
      case 'W' -> ecma.append("[^").append(WORD).append(']');
      case 's' -> ecma.append('[').append(SPACE).append(']');
      case 'S' -> ecma.append("[^").append(SPACE).append(']');
      default -> literal(escaped(c), ESCAPED);
    }
  }

  /** The character that is escaped. */
  private char escaped(char c) throws NoEquivalent {
    return switch (c) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'x' -> hexadecimal(2);
      case 'u' -> hexadecimal(4);
      default -> {
        if (c >= 0x80 || Character.isLetterOrDigit(c)) {
          throw new NoEquivalent();
        }
        yield c;
      }
    };
  }

  private char hexadecimal(int digits) throws NoEquivalent {
    int end = Math.min(position + digits, java.length());
    String number = java.substring(position, end);
    if (!number.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw new NoEquivalent();
    }
    position = end;
    return (char) Integer.parseInt(number, 16);
  }

  private void characterClass() throws NoEquivalent {
    ecma.append(take("^") ? "[^" : "[");
    if (peek() == ']') {
      throw new NoEquivalent();
    }
    while (peek() != ']') {
      if (java.startsWith("&&", position) || peek() == '[') {
        throw new NoEquivalent();
      }
      member();
    }
    position++;
    ecma.append(']');
  }

  private void member() throws NoEquivalent {
    char c = next();
    if (c == '\\') {
      char escaped = next();
      switch (escaped) {
        case 'd' -> ecma.append(DIGIT);
        case 'w' -> ecma.append(WORD);
        case 's' -> ecma.append(SPACE);
        default -> {
          range(escaped(escaped));
          return;
        }
      }
      // A hyphen behind it is read differently
      if (peek() == '-') {
        throw new NoEquivalent();
      }
    } else {
      range(c);
    }
  }

  /** A character, or the range that starts with it. */
  private void range(char from) throws NoEquivalent {
    literal(from, ESCAPED_IN_CLASS);
    boolean isRange =
        peek() == '-' && position + 1 < java.length() && java.charAt(position + 1) != ']';
    if (!isRange) {
      return;
    }
    position++;
    char to = next();
    if (to == '[' || to == '&') {
      throw new NoEquivalent();
    }
    if (to == '\\') {
      to = escaped(next());
    }
    ecma.append('-');
    literal(to, ESCAPED_IN_CLASS);
  }

  private void literal(char c, String escaped) throws NoEquivalent {
    // Without a flag that JSON Schema cannot set, ECMA-262 reads two characters in a pair
    if (Character.isSurrogate(c)) {
      throw new NoEquivalent();
    }
    if (escaped.indexOf(c) >= 0) {
      ecma.append('\\').append(c);
    } else if (c < ' ' || (c >= 0x7f && c <= 0xa0) || c == '\u2028' || c == '\u2029') {
      ecma.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
    } else {
      ecma.append(c);
    }
  }
}
