package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule("ShopJobs")
@JobType("order.fulfil")
record FulfilOrder(String orderId) {}
