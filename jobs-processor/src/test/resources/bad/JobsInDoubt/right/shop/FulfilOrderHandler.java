package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.durable.Resolution;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step(repeatable = false)
  Receipt charge(FulfilOrder order) {
    return new Receipt(order.orderId());
  }

  @InDoubt("charge")
  Resolution<Receipt> findCharge(FulfilOrder order) {
    return Resolution.askPerson("Was the order " + order.orderId() + " charged?");
  }
}
