@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
package shop;

import dev.tenon.jobs.annotation.JobModule;
