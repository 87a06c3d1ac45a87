/**
 * The code that {@code tenon generate} writes. {@link ModuleReader} makes a model of the schemas
 * that the annotation processor has exported, and one writer for each language makes a file of it.
 */
@NullMarked
package dev.tenon.jobs.cli.generate;

import org.jspecify.annotations.NullMarked;
