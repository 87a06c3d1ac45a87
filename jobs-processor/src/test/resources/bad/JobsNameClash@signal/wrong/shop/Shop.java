package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Signal;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Shop {

  @JobType("order.pay")
  record OrderPaid(String paymentId) {}

  /** Its method would be that of the record in the interface. */
  @Signal("order.paid")
  record ShopOrder(String number) {}

  @Signal("order.taken")
  record Taken(String number) {}

  /** The generated class of the signal is there already. */
  interface Names {}
}
