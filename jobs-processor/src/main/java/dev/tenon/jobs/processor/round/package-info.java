/** What the rounds of a compilation bring, and what the build tool says about them. */
@NullMarked
package dev.tenon.jobs.processor.round;

import org.jspecify.annotations.NullMarked;
