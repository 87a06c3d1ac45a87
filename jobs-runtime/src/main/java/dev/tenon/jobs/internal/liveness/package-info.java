/**
 * The signs that this process has ended, for the others: a session in PostgreSQL, whose lock is
 * released with it, and a port, which refuses connections then. It knows no tables; {@code
 * maintenance} judges.
 */
@NullMarked
package dev.tenon.jobs.internal.liveness;

import org.jspecify.annotations.NullMarked;
