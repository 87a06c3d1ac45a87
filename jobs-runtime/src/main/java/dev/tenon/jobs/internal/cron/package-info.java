/** The times of cron expressions. */
@NullMarked
package dev.tenon.jobs.internal.cron;

import org.jspecify.annotations.NullMarked;
