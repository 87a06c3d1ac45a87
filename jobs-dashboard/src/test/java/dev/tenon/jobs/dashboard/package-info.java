/** Tests of the dashboard, and job types for them. */
@JobModule("PlantJobs")
@NullMarked
package dev.tenon.jobs.dashboard;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
