package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  private record Report(String orderId) {}

  @FromResults
  static OrderShip ofReport(Report report) {
    return new OrderShip(report.orderId());
  }

  @FromResults
  static OrderShip ofReports(Payment payment, List<Report[]> reports) {
    return new OrderShip(payment.orderId() + reports.size());
  }
}
