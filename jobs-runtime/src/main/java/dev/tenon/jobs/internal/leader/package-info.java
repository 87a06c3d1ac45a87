/**
 * Who leads the maintenance, and the notes of its tasks. Rooms that write for the leader take a
 * {@link dev.tenon.jobs.internal.leader.Leadership}, which the database compares before each
 * change. It calls {@code sql} only; what the leader does is in {@code maintenance}.
 */
@NullMarked
package dev.tenon.jobs.internal.leader;

import org.jspecify.annotations.NullMarked;
