/**
 * Records each change of a job in a real database, and holds what was recorded to the rules of the
 * specification in {@code tests/specification}.
 */
@NullMarked
package dev.tenon.jobs.faults.trace;

import org.jspecify.annotations.NullMarked;
