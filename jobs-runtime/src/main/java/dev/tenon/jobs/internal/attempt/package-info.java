/** Attempts: the call of a handler in a slot, its context, its deadline, and how it ends. */
@NullMarked
package dev.tenon.jobs.internal.attempt;

import org.jspecify.annotations.NullMarked;
