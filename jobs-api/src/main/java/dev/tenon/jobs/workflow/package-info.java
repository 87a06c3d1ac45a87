/**
 * Workflows: tasks that depend on each other, submitted as one with {@link
 * dev.tenon.jobs.workflow.JobWorkflows}, and what can be read and changed of them.
 */
@NullMarked
package dev.tenon.jobs.workflow;

import org.jspecify.annotations.NullMarked;
