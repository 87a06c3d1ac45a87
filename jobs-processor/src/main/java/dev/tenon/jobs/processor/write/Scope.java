package dev.tenon.jobs.processor.write;

import java.util.HashSet;
import java.util.Set;

/** The names that are taken in a block of generated code. */
final class Scope {

  private final Set<String> taken;

  private Scope(Set<String> taken) {
    this.taken = taken;
  }

  /** Creates a scope where these names are taken. */
  static Scope of(String... names) {
    return new Scope(new HashSet<>(Set.of(names)));
  }

  /** An inner block: the names that it takes are free again after it. */
  Scope inner() {
    return new Scope(new HashSet<>(taken));
  }

  /** Takes a free name and returns it: the requested one, or that with a number. */
  String take(String wish) {
    String name = wish;
    for (int i = 2; !taken.add(name); i++) {
      name = wish + i;
    }
    return name;
  }
}
