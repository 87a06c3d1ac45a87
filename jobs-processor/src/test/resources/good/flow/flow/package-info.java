/** Jobs with limits, unique jobs and schedules. */
@org.jspecify.annotations.NullMarked
@JobModule(value = "FlowJobs", handlers = JobModule.Handlers.ELSEWHERE)
package flow;

import dev.tenon.jobs.annotation.JobModule;
