/** The format of cursors. It knows neither tables nor jOOQ. */
@NullMarked
package dev.tenon.jobs.internal.cursor;

import org.jspecify.annotations.NullMarked;
