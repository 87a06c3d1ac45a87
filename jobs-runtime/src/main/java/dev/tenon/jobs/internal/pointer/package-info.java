/**
 * The pointer to a job, which the store reads and the broker publishes: the only value that both
 * share.
 */
@NullMarked
package dev.tenon.jobs.internal.pointer;

import org.jspecify.annotations.NullMarked;
