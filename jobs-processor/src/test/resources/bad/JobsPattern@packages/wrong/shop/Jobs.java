package shop;

import dev.tenon.jobs.annotation.JobModule;

@JobModule(value = "AllJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Jobs {}
