package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;

@JobType("order.cancel")
class FulfilHandler implements JobHandler<Orders.CancelOrder, Void> {

  @Override
  public Void execute(Orders.CancelOrder order, JobContext context) {
    return null;
  }

  @Step
  void refund() {}
}
