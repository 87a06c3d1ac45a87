/**
 * The API for operators and their tools: statistics, searches and the state of workers ({@link
 * dev.tenon.jobs.operate.JobMonitor}), changes to many jobs, job types and schedules, and the
 * records of changes by hand.
 */
@NullMarked
package dev.tenon.jobs.operate;

import org.jspecify.annotations.NullMarked;
