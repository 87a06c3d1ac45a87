package dev.tenon.jobs.processor.write;

import com.palantir.javapoet.CodeBlock;

/**
 * The path of a value, or what stands before the names of a record's components, as generated code
 * makes it: a variable that holds the start, and a text behind it.
 *
 * @param variable the variable; empty if there is none
 * @param text what follows
 */
record ValuePath(String variable, String text) {

  /** What stands before the components of a root. */
  static final ValuePath ROOT = new ValuePath("", "");

  /** The path that a variable holds. */
  static ValuePath in(String variable) {
    return new ValuePath(variable, "");
  }

  /** The path with more behind it. */
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

  /** An expression for the path of an entry, which a variable tells. */
  CodeBlock entry(String index) {
    return CodeBlock.of("$L + $N + $S", then("[").expression(), index, "]");
  }
}
