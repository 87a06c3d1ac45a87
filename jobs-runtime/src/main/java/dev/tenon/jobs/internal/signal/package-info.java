/**
 * The schedule of a worker, which decides when it looks for jobs next and where, and the signals
 * that make it look sooner.
 */
@NullMarked
package dev.tenon.jobs.internal.signal;

import org.jspecify.annotations.NullMarked;
