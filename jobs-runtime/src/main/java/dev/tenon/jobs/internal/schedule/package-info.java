/**
 * Schedules: declarations, due runs, and the submission of their jobs. It calls {@code store},
 * {@code leader}, {@code sql} and {@code cron}, which calculates the times of expressions; the
 * thread that submits due runs is in {@code maintenance}.
 */
@NullMarked
package dev.tenon.jobs.internal.schedule;

import org.jspecify.annotations.NullMarked;
