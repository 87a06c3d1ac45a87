/** {@code ./dev bench}: compares Tenon with other ways to run jobs, in one run. */
@JobModule("BenchmarkJobs")
@NullMarked
package dev.tenon.benchmarks;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
