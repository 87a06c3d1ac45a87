/**
 * The elements in the rounds of a compilation, and the information that the build tool gives about
 * them.
 */
@NullMarked
package dev.tenon.jobs.processor.round;

import org.jspecify.annotations.NullMarked;
