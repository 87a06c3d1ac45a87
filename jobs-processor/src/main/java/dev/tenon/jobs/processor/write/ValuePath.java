package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;

/**
 * The path of a value, or the prefix of the names of a record's components, as generated code
 * builds it: a variable that holds the start, followed by a string.
 *
 * @param variable the variable; empty if there is none
 * @param text the string that follows
 */
record ValuePath(String variable, String text) {

  /** The empty prefix of the components of a root. */
  static final ValuePath ROOT = new ValuePath("", "");

  /** The path that a variable holds. */
  static ValuePath in(String variable) {
    return new ValuePath(variable, "");
  }

  /** The prefix of the names of the components of the record that has this path. */
  ValuePath inside() {
    return equals(ROOT) ? ROOT : then(".");
  }

  /** The path with another string appended. */
  ValuePath then(String more) {
    return new ValuePath(variable, text + more);
  }

  /** An expression for the path. */
  CodeBlock expression() {
    if (variable.isEmpty()) {
      return Literals.string(text);
    }
    return text.isEmpty()
        ? CodeBlock.of("$N", variable)
        : CodeBlock.of("$N + $L", variable, Literals.string(text));
  }

  /** An expression for the path of an entry whose index or key is in a variable. */
  CodeBlock entry(String index) {
    return CodeBlock.of("$L + $N + $S", then("[").expression(), index, "]");
  }
}
