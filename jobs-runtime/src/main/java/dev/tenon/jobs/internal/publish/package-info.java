/**
 * The pointers that the relay publishes: those of due jobs, of jobs that were published too long
 * ago, and of jobs that a claim skipped, and the walks that find them. It calls {@code store},
 * {@code schedule}, {@code leader} and {@code sql}; the messages themselves are sent by {@code
 * broker}.
 */
@NullMarked
package dev.tenon.jobs.internal.publish;

import org.jspecify.annotations.NullMarked;
