/**
 * The schema lock: a file next to the sources that holds the shape of each job type, so that a
 * change that makes stored jobs unreadable is a compile error.
 */
@NullMarked
package dev.tenon.jobs.processor.lock;

import org.jspecify.annotations.NullMarked;
