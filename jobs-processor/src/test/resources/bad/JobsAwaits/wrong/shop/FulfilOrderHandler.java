package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;

@JobType("order.fulfil")
@Awaits(OrderPaid.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }
}
