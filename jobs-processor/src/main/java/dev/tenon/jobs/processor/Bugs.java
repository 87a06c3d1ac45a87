package dev.tenon.jobs.processor;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Describes failures of the processor itself. */
final class Bugs {

  private Bugs() {}

  /** The failure with its trace, for whoever reports it. */
  static String describe(RuntimeException failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }
}
