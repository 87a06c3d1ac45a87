/** Tasks of a workflow, whose payloads are made from the results of earlier ones. */
@NullMarked
@JobModule(value = "DesignJobs", handlers = JobModule.Handlers.ELSEWHERE)
package design;

import dev.tenon.jobs.annotation.JobModule;
import org.jspecify.annotations.NullMarked;
