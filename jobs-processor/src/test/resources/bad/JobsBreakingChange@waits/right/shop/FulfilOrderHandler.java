package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sleeps;

@JobType("order.fulfil")
@Sleeps(value = "later", aliases = "late")
@Awaits(name = "payment", value = OrderPaid.class, aliases = "orderPaid")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }
}
