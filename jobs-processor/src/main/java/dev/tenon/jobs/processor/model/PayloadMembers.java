package dev.tenon.jobs.processor.model;

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
 */
public record PayloadMembers(
    int constructors, Optional<String> noEmptyConstructor, Set<String> overloaded) {}
