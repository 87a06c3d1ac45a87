package dev.tenon.jobs.definition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects every violation of one value, in the order in which they are found. Not thread-safe. */
public final class Violations {

  private final List<Violation> found;
  private final @Nullable String path;

  /** Starts without any violation. */
  Violations() {
    this(new ArrayList<>(), null);
  }

  private Violations(List<Violation> found, @Nullable String path) {
    this.found = found;
    this.path = path;
  }

  /**
   * The same collector for what is inside a sensitive value: all that is added has the path of that
   * value, since paths inside may tell the keys of maps.
   *
   * @param path where the value is
   */
  public Violations at(String path) {
    return new Violations(found, this.path == null ? path : this.path);
  }

  /**
   * Adds a violation.
   *
   * @param path where, as in {@link Violation#path()}
   * @param message the rule that is broken, without the value found
   */
  public void add(String path, String message) {
    found.add(new Violation(this.path == null ? path : this.path, message));
  }

  /** The violations found so far; empty if the value is valid. */
  public List<Violation> toList() {
    return List.copyOf(found);
  }
}
