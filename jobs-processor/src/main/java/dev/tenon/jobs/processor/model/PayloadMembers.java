package dev.tenon.jobs.processor.model;

import java.util.Optional;
import java.util.Set;

/**
 * What generated code has to know about the members of a payload, beside its components.
 *
 * @param constructors how many constructors it has
 * @param noEmptyConstructor why it cannot be made without arguments, such as "it is private"; empty
 *     if it can
 * @param overloaded the names that methods with parameters have, too, which a method reference
 *     could mean as well
 */
public record PayloadMembers(
    int constructors, Optional<String> noEmptyConstructor, Set<String> overloaded) {}
