package dev.tenon.jobs.processor.model;

/**
 * The bound on how many jobs of a type may wait, as {@code @Backlog} declares it. The attributes
 * are as written and may be wrong.
 *
 * @param position the annotation
 * @param max how many jobs may wait
 * @param by the component of the payload whose values have separate bounds; empty for none
 * @param whenFull the name of the policy for a submit when as many jobs wait
 */
public record BacklogDeclaration(
    SourcePosition position,
    Attribute<Integer> max,
    Attribute<String> by,
    Attribute<String> whenFull) {}
