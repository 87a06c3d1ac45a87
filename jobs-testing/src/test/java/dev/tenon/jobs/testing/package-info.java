/** A job type for the tests of the test kit. */
@JobModule("EchoJobs")
@NullMarked
package dev.tenon.jobs.testing;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
