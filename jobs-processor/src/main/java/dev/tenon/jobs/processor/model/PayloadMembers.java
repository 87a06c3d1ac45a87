package dev.tenon.jobs.processor.model;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The facts about a payload's members, other than its components, that generated code depends on.
 *
 * @param constructors the number of its constructors
 * @param noEmptyConstructor why it cannot be created without arguments, such as "it is private";
 *     empty if it can
 * @param overloaded the names that methods with parameters also have, so that a method reference
 *     would be ambiguous
 * @param makers the methods by their names, as far as a schedule may name them to make a payload
 */
public record PayloadMembers(
    int constructors,
    Optional<String> noEmptyConstructor,
    Set<String> overloaded,
    Map<String, Maker> makers) {

  /**
   * The methods with one name.
   *
   * @param hindrance why none of them can make a payload, such as "it is private"; empty if one can
   * @param isOverloaded whether there are several
   */
  public record Maker(Optional<String> hindrance, boolean isOverloaded) {}
}
