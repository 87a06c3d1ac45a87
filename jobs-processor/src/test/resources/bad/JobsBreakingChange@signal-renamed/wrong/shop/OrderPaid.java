package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.Signal;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@Signal("payment.settled")
record OrderPaid(String by, int number) {}
