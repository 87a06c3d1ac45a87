/**
 * Which pointers the relay publishes: what is due, what is published too long ago, what a claim has
 * passed over, and the walks that find it. It calls {@code store}, {@code schedule}, {@code leader}
 * and {@code sql}; the messages themselves are sent by {@code broker}.
 */
@NullMarked
package dev.tenon.jobs.internal.publish;

import org.jspecify.annotations.NullMarked;
