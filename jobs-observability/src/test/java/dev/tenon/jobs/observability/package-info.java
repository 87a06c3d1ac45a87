/** Job types of the tests. */
@JobModule("WatchedJobs")
@NullMarked
package dev.tenon.jobs.observability;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
