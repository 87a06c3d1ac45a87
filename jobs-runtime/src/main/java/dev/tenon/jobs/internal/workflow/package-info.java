/**
 * Workflows: their graphs, the tasks that become ready, payloads from results and tasks for each
 * element, pauses, and reading all of that. It calls {@code store}, {@code sql} and {@code values};
 * {@code Settlement} in {@code store} does what follows from the end of a job.
 */
@NullMarked
package dev.tenon.jobs.internal.workflow;

import org.jspecify.annotations.NullMarked;
