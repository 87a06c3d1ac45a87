package dev.tenon.jobs.definition;

import java.util.ArrayList;
import java.util.List;

/** Collects every violation of one value, in the order in which they are found. Not thread-safe. */
public final class Violations {

  private final List<Violation> found = new ArrayList<>();

  /** Starts without any violation. */
  public Violations() {}

  /**
   * Adds a violation.
   *
   * @param path where, as in {@link Violation#path()}
   * @param message the rule that is broken, without the value found
   */
  public void add(String path, String message) {
    found.add(new Violation(path, message));
  }

  /** The violations found so far; empty if the value is valid. */
  public List<Violation> toList() {
    return List.copyOf(found);
  }
}
