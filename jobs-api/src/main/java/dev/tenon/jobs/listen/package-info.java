/**
 * The API for metrics, traces and tests: {@link dev.tenon.jobs.listen.JobListener} is called when
 * something happens to jobs, {@link dev.tenon.jobs.listen.JobsFigures} has the current figures.
 */
@NullMarked
package dev.tenon.jobs.listen;

import org.jspecify.annotations.NullMarked;
