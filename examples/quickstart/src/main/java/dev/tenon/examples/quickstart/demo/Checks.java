package dev.tenon.examples.quickstart.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the demo expects of its own jobs. Not thread-safe. */
final class Checks {

  private final List<String> broken = new ArrayList<>();
  private int made;

  /** Checks that something is as expected. */
  void expect(String what, @Nullable Object expected, @Nullable Object found) {
    made++;
    if (!Objects.equals(expected, found)) {
      broken.add("%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  /** How many checks were made. */
  int made() {
    return made;
  }

  /** What was not as expected. */
  List<String> broken() {
    return List.copyOf(broken);
  }
}
