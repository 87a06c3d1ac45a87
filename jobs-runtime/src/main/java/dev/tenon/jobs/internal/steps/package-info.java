/**
 * The steps, waits and cursors of handlers: what runs, what is recorded, and what is given back.
 */
@NullMarked
package dev.tenon.jobs.internal.steps;

import org.jspecify.annotations.NullMarked;
