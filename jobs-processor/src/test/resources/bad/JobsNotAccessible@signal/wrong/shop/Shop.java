package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.Signal;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
interface Shop {

  final class Inner {
    @Signal("order.paid")
    private record OrderPaid(String paymentId) {}
  }
}
