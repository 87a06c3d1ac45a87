/** The background jobs of a product-lifecycle application. Whoever submits or runs them needs this. */
@JobModule(value = "PlmJobs", handlers = JobModule.Handlers.ELSEWHERE)
@NullMarked
package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
