package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;

@JobType("order.fulfil")
class Fulfil implements JobHandler<Orders.FulfilOrder, Void> {

  @Override
  public Void execute(Orders.FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  void charge() {}
}
