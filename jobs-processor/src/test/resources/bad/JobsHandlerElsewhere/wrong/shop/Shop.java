package shop;

import dev.tenon.jobs.annotation.JobModule;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Shop {}
