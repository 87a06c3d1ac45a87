/**
 * The schema as a whole: migrations, the rights that roles need, and what is checked before
 * anything starts. The files in {@code migrations} make all tables and functions. It calls {@code
 * sql}, and no room of jobs; those are written by {@code store} and the rooms above it.
 */
@NullMarked
package dev.tenon.jobs.internal.schema;

import org.jspecify.annotations.NullMarked;
