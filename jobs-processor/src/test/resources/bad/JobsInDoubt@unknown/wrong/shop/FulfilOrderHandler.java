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

  @Step
  void charge(FulfilOrder order) {}

  @InDoubt("chagre")
  Resolution<Void> findCharge(FulfilOrder order) {
    return Resolution.notDone();
  }

  @InDoubt("delivery")
  Resolution<Void> findDelivery(FulfilOrder order) {
    return Resolution.notDone();
  }
}
