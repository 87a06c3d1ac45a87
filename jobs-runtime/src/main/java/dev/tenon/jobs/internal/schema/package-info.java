/**
 * The schema as a whole: migrations, the rights that roles need, and the checks before anything
 * starts. The files in {@code migrations} create all tables and functions. It calls {@code sql},
 * and does not touch jobs; {@code store} and the rooms above it write those.
 */
@NullMarked
package dev.tenon.jobs.internal.schema;

import org.jspecify.annotations.NullMarked;
