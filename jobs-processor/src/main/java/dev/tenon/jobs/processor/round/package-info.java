/**
 * The elements that the rounds of a compilation bring, and the information from the build tool
 * about them.
 */
@NullMarked
package dev.tenon.jobs.processor.round;

import org.jspecify.annotations.NullMarked;
