package dev.tenon.jobs.processor.write;

import java.util.HashSet;
import java.util.Set;

/** The names that are taken in a block of generated code. */
final class Scope {

  private final Set<String> taken;

  private Scope(Set<String> taken) {
    this.taken = taken;
  }

  /** A scope in which these names are taken. */
  static Scope of(String... names) {
    return new Scope(new HashSet<>(Set.of(names)));
  }

  /** A block inside: what it takes is free again after it. */
  Scope inner() {
    return new Scope(new HashSet<>(taken));
  }

  /** A name that is free, and now taken: the wish, or the wish with a number. */
  String take(String wish) {
    String name = wish;
    for (int i = 2; !taken.add(name); i++) {
      name = wish + i;
    }
    return name;
  }
}
