package dev.tenon.jobs.definition;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the violations of one value, in the order that they are found in. Not thread-safe. */
public final class Violations {

  private final List<Violation> found;
  private final @Nullable String path;

  /** Creates a collector without violations. */
  Violations() {
    this(new ArrayList<>(), null);
  }

  private Violations(List<Violation> found, @Nullable String path) {
    this.found = found;
    this.path = path;
  }

  /**
   * The same collector for the inside of a sensitive value: each violation gets the path of that
   * value, because paths inside it may reveal the keys of maps.
   *
   * @param path the path of the value
   */
  public Violations at(String path) {
    return new Violations(found, this.path == null ? path : this.path);
  }

  /**
   * Adds a violation.
   *
   * @param path the path, as in {@link Violation#path()}
   * @param message the rule that is broken, without the value that was found
   */
  public void add(String path, String message) {
    found.add(new Violation(this.path == null ? path : this.path, message));
  }

  /** The violations found so far; empty if the value is valid. */
  public List<Violation> toList() {
    return List.copyOf(found);
  }
}
