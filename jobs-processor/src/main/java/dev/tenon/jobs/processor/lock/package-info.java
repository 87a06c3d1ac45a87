/**
 * The schema lock: a file beside the sources that holds the shape of each job type, so that a
 * change after which stored jobs cannot be read is a compile error.
 */
@NullMarked
package dev.tenon.jobs.processor.lock;

import org.jspecify.annotations.NullMarked;
