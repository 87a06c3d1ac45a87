/** The entry point: {@link dev.tenon.jobs.runtime.JobsRuntime}. */
@NullMarked
package dev.tenon.jobs.runtime;

import org.jspecify.annotations.NullMarked;
