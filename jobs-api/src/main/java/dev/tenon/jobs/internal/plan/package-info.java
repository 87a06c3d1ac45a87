/**
 * The implementation of workflows that are being built, and its result: {@link
 * dev.tenon.jobs.internal.plan.WorkflowPlan}, which the runtime submits. Not a part of the API.
 */
@NullMarked
package dev.tenon.jobs.internal.plan;

import org.jspecify.annotations.NullMarked;
