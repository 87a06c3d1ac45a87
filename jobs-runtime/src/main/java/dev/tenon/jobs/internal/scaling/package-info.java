/**
 * The number of workers that are needed: from what waits and runs, how long it takes, and what
 * limits allow.
 */
@NullMarked
package dev.tenon.jobs.internal.scaling;

import org.jspecify.annotations.NullMarked;
