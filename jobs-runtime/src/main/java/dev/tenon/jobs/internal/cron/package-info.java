/** The times that cron expressions stand for. */
@NullMarked
package dev.tenon.jobs.internal.cron;

import org.jspecify.annotations.NullMarked;
