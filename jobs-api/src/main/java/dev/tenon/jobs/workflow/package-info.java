/**
 * Workflows: tasks that depend on each other and are submitted as one {@link
 * dev.tenon.jobs.workflow.Workflow}. {@link dev.tenon.jobs.workflow.JobWorkflows} reads and changes
 * them.
 */
@NullMarked
package dev.tenon.jobs.workflow;

import org.jspecify.annotations.NullMarked;
