/**
 * The election of the leader that does maintenance, and the records of its tasks. Rooms that write
 * for the leader take a {@link dev.tenon.jobs.internal.leader.Leadership}, which the database
 * checks before each change. It calls only {@code sql} and {@code liveness}; the work of the leader
 * is in {@code maintenance}.
 */
@NullMarked
package dev.tenon.jobs.internal.leader;

import org.jspecify.annotations.NullMarked;
