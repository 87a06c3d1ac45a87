package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule("ShopJobs")
@JobType("order.ship")
record OrderShip(String orderId) {}
