package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.Signal;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@Signal("order.paid")
record OrderPaid(String by) {}
