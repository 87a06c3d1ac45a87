/** The upkeep: it keeps jobs moving, whatever happens to submitters, workers and messages. */
@NullMarked
package dev.tenon.jobs.upkeep;

import org.jspecify.annotations.NullMarked;
