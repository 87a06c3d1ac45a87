/** Job types for the tests of the test kit. */
@JobModule("KitJobs")
@NullMarked
package dev.tenon.jobs.testing;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
