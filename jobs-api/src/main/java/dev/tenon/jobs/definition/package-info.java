/**
 * The building blocks of generated code: the definitions of job types and the modules that list
 * them. Users meet these types through generated code and rarely name them.
 */
@NullMarked
package dev.tenon.jobs.definition;

import org.jspecify.annotations.NullMarked;
