package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("order.create")
final class OrderPlaceHandler implements JobHandler<OrderPlace, Void> {
  @Override
  public Void execute(OrderPlace order, JobContext context) {
    return null;
  }
}
