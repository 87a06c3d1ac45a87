package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.order")
public class OrderHandler implements JobHandler<Order, Receipt> {

  @Override
  public Receipt execute(Order order, JobContext context) {
    context.progress(50, "packed");
    return new Receipt(order.lines().size() + " lines, paid by " + order.payment());
  }
}
