package dev.tenon.jobs.cli.generate;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Gives names that no other thing in a file has, always the same ones for the same requests. */
final class Identifiers {

  private final Set<String> taken;

  /**
   * Creates names.
   *
   * @param reserved the words that cannot be names
   */
  Identifiers(Collection<String> reserved) {
    taken = new HashSet<>(reserved);
  }

  /** Returns the name, or the name with a number if there is one like it. */
  String unique(String name) {
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + i;
    }
    return unique;
  }

  /** Returns whether something has this name, or the language reserves it. */
  boolean has(String name) {
    return taken.contains(name);
  }
}
