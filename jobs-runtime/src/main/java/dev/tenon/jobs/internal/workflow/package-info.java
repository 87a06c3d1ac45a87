/**
 * Workflows: their graphs, the tasks that become ready, the making of payloads and of tasks for
 * each element, pauses, and what is read of all that. It calls {@code store}, {@code sql} and
 * {@code values}; what follows from the end of a job is settled by {@code Settlement} in {@code
 * store}.
 */
@NullMarked
package dev.tenon.jobs.internal.workflow;

import org.jspecify.annotations.NullMarked;
