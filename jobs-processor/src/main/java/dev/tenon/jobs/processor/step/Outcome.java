package dev.tenon.jobs.processor.step;

/**
 * The outcome of reading a class.
 *
 * @param <W> what can be written for the class
 */
public sealed interface Outcome<W> {

  /** The class refers to a type that does not exist yet; try again in the next round. */
  record Deferred<W>() implements Outcome<W> {}

  /** The class is finished: nothing is written for it, or its faults were reported. */
  record Done<W>() implements Outcome<W> {}

  /** A class can be generated, even if faults were reported. */
  record Writable<W>(W found) implements Outcome<W> {}
}
