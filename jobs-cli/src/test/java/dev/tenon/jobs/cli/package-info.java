/** Job types for the tests of the command. */
@JobModule("MailJobs")
@NullMarked
package dev.tenon.jobs.cli;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
