/** A worker and a submitter that Dagger puts together. */
@JobModule("MailJobs")
@NullMarked
package dev.tenon.examples.dagger;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
