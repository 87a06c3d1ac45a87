/**
 * Schedules: what is declared, which runs are due, and the submit of their jobs. It calls {@code
 * store}, {@code leader}, {@code sql} and {@code cron}, where the times of expressions are; the
 * thread that has runs submitted is in {@code maintenance}.
 */
@NullMarked
package dev.tenon.jobs.internal.schedule;

import org.jspecify.annotations.NullMarked;
