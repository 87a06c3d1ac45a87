/** {@code ./dev bench}: Tenon beside other ways to run jobs, measured in one run. */
@JobModule("BenchmarkJobs")
@NullMarked
package dev.tenon.benchmarks;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
