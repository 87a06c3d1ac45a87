package dev.tenon.jobs.processor.model;

import com.palantir.javapoet.ClassName;
import java.util.List;
import java.util.Optional;

/**
 * A module that was compiled before, as its generated class says.
 *
 * @param name the generated module class
 * @param types its own job types
 * @param includes the modules that it includes
 * @param handlers the generated class that takes its handlers; empty if it has none
 */
public record IncludedModule(
    ClassName name,
    List<JobDeclaration> types,
    List<IncludedModule> includes,
    Optional<ClassName> handlers) {}
