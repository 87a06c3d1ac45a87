@JobModule(value = "OrderJobs", handlers = JobModule.Handlers.ELSEWHERE)
package orders;

import dev.tenon.jobs.annotation.JobModule;
