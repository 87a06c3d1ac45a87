/**
 * What users of Tenon call and implement: {@link dev.tenon.jobs.JobService} to submit and to read
 * jobs, {@link dev.tenon.jobs.JobHandler} to run them. The entry point that builds everything is
 * {@code dev.tenon.jobs.runtime.JobsRuntime}.
 */
@NullMarked
package dev.tenon.jobs;

import org.jspecify.annotations.NullMarked;
