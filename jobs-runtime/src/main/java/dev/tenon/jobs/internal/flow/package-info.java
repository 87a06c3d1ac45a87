/**
 * The control of how many jobs of a type start: declarations, overrides, pauses and limits, and the
 * claims of types with limits. It calls {@code store}, {@code leader}, {@code sql} and {@code
 * values}; jobs without limits are claimed by {@code store}.
 */
@NullMarked
package dev.tenon.jobs.internal.flow;

import org.jspecify.annotations.NullMarked;
