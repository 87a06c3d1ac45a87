package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;

@JobType("order.fulfil")
@Awaits({})
@Awaits({Decision.Approved.class, Decision.Rejected.class})
@Awaits(name = "late", value = {Decision.Approved.class, Decision.Delayed.class})
@Awaits(name = "trade", value = {Decision.Bought.class, Decision.Sold.class})
@Awaits(name = "twice", value = {Decision.Approved.class, Decision.Approved.class})
@Awaits(name = "number", value = int.class)
@Awaits(name = "text", value = String.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }
}
