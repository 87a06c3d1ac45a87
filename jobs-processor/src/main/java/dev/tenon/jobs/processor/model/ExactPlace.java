package dev.tenon.jobs.processor.model;

import javax.tools.Diagnostic.Kind;

/** A place inside the body of a method, which only the compiler itself can print messages at. */
public interface ExactPlace {

  /** Prints a message. */
  void print(Kind kind, String text);

  /** The number of characters before it in its source, which tells places apart. */
  long offset();
}
