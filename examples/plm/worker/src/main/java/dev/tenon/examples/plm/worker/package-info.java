/** The worker: the handlers, put together by Dagger. */
@JobModule(value = "PlmWorkerJobs", includes = PlmWorkModule.class)
@NullMarked
package dev.tenon.examples.plm.worker;

import dev.tenon.examples.plm.handlers.PlmWorkModule;
import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
