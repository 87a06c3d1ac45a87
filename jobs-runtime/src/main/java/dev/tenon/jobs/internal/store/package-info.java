/**
 * The life cycle of jobs, a class for each verb: submit, claim, report, end, rescue, cancel, retry.
 * {@code StatusChange} lists every change of a status and a lease. The walks through waiting jobs
 * are here, too, because claims and {@code publish} share them. The package calls {@code values},
 * {@code sql} and {@code leader}. Pointers, limits, workflows and schedules have their own
 * packages: {@code publish}, {@code flow}, {@code workflow} and {@code schedule}. What people look
 * at is in {@code operate}.
 */
@NullMarked
package dev.tenon.jobs.internal.store;

import org.jspecify.annotations.NullMarked;
