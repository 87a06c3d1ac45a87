package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", result = OrderPlace.Money[].class)
record OrderPlace(String sku) {

  record Money(String cents, String currency) {}
}
