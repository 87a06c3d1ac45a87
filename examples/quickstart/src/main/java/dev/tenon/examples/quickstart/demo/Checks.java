package dev.tenon.examples.quickstart.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The checks of the demo on its jobs. Not thread-safe. */
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

  /** The number of checks. */
  int made() {
    return made;
  }

  /** The failed checks. */
  List<String> broken() {
    return List.copyOf(broken);
  }
}
