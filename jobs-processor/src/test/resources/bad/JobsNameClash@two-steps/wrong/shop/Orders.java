package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule("ShopJobs")
interface Orders {

  @JobType("order.fulfil")
  record FulfilOrder(String orderId) {}

  @JobType("order.cancel")
  record CancelOrder(String orderId) {}
}
