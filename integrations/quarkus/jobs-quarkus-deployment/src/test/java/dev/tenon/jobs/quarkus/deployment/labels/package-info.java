/** An application that the tests build and start. */
@JobModule("LabelJobs")
package dev.tenon.jobs.quarkus.deployment.labels;

import dev.tenon.jobs.annotation.JobModule;
