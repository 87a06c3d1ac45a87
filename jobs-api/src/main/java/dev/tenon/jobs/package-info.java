/**
 * The API that users of Tenon call and implement: {@link dev.tenon.jobs.JobService} submits and
 * reads jobs, {@link dev.tenon.jobs.JobHandler} runs them. The entry point that builds everything
 * is {@code dev.tenon.jobs.runtime.JobsRuntime}.
 */
@NullMarked
package dev.tenon.jobs;

import org.jspecify.annotations.NullMarked;
