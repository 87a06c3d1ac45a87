/**
 * The life cycle of jobs, a class for each verb: submit, claim, report, end, rescue, cancel, retry.
 * {@code StatusChange} lists every change of a status and a lease. The walks through what waits are
 * here, too, since claims and {@code publish} share them. It calls {@code values}, {@code sql} and
 * {@code leader}; what is special about pointers, limits, workflows and schedules begins in {@code
 * publish}, {@code flow}, {@code workflow} and {@code schedule}, and what people look at in {@code
 * operate}.
 */
@NullMarked
package dev.tenon.jobs.internal.store;

import org.jspecify.annotations.NullMarked;
