package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import org.jspecify.annotations.Nullable;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  @Nullable Receipt charge(FulfilOrder order) {
    return order.cents() == 0 ? null : new Receipt(order.orderId());
  }
}
