package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import java.util.Optional;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  Optional<Receipt> charge(FulfilOrder order) {
    return order.cents() == 0 ? Optional.empty() : Optional.of(new Receipt(order.orderId()));
  }
}
