/** Prints labels, built with Gradle. */
@JobModule("LabelJobs")
package dev.tenon.examples.labels;

import dev.tenon.jobs.annotation.JobModule;
