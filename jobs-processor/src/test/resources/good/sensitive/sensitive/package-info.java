/** Jobs with limits, unique jobs and schedules. */
@org.jspecify.annotations.NullMarked
@JobModule(value = "SensitiveJobs", handlers = JobModule.Handlers.ELSEWHERE)
package sensitive;

import dev.tenon.jobs.annotation.JobModule;
