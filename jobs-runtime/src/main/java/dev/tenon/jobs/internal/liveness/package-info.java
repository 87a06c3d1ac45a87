/**
 * What lets other processes find out that this one has ended: a session in PostgreSQL, whose lock
 * is released with it, and a port, which refuses connections then. It knows no tables; {@code
 * maintenance} judges.
 */
@NullMarked
package dev.tenon.jobs.internal.liveness;

import org.jspecify.annotations.NullMarked;
