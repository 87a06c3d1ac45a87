package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    FulfilOrderSteps steps = FulfilOrderSteps.of(this, context);
    steps.pack(order);
    steps.ship(order);
    return null;
  }

  @Step
  void ship(FulfilOrder order) {}

  @Step
  void pack(FulfilOrder order) {}
}
