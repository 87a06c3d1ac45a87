package dev.tenon.examples.springboot;

import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.EmittingJobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;
import org.springframework.stereotype.Component;

/** Reports orders. Whoever follows the job sees each line as soon as it is there. */
@Component
@JobType("shop.orders.report")
public class OrdersReportHandler
    implements EmittingJobHandler<OrdersReport, OrdersReport.Total, OrdersReport.Line> {

  private final Orders orders;

  OrdersReportHandler(Orders orders) {
    this.orders = orders;
  }

  @Override
  public OrdersReport.Total execute(
      OrdersReport report, EmittingContext<OrdersReport.Line> context) {
    List<Orders.Order> found =
        orders.list().stream().filter(order -> order.customer().equals(report.customer())).toList();
    int pieces = 0;
    for (Orders.Order order : found) {
      context.checkCancelled();
      context.emit(new OrdersReport.Line(order.number(), order.pieces()));
      pieces += order.pieces();
    }
    return new OrdersReport.Total(found.size(), pieces);
  }
}
