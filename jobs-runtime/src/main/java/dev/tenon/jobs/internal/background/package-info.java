/**
 * The common parts of background threads: the loop that they run, and the rules for what they may
 * log.
 */
@NullMarked
package dev.tenon.jobs.internal.background;

import org.jspecify.annotations.NullMarked;
