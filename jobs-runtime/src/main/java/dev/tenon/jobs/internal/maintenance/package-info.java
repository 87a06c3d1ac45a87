/** Maintenance, which keeps jobs moving whatever happens to submitters, workers and messages. */
@NullMarked
package dev.tenon.jobs.internal.maintenance;

import org.jspecify.annotations.NullMarked;
