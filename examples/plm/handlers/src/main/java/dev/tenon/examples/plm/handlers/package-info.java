/**
 * The work of the jobs. The handlers and their services are made by their constructors: by Dagger,
 * by Spring, or by {@code new}.
 */
@JobModule(value = "PlmWork", includes = PlmJobsModule.class)
@NullMarked
package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
