@JobModule(value = "ShopJobs", handlers = Handlers.ELSEWHERE)
package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobModule.Handlers;
