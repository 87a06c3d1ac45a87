/** What the cursors of pages consist of. It knows neither tables nor jOOQ. */
@NullMarked
package dev.tenon.jobs.internal.cursor;

import org.jspecify.annotations.NullMarked;
