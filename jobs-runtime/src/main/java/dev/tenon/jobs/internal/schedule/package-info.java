/**
 * Schedules: what is declared, which runs are due, and the submit of their jobs. It calls {@code
 * store}, {@code leader} and {@code sql}; when a cron expression fires is reckoned in {@code cron}.
 */
@NullMarked
package dev.tenon.jobs.internal.schedule;

import org.jspecify.annotations.NullMarked;
