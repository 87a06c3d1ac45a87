package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.durable.Resolution;

@JobType("order.fulfil")
class FulfilOrderHandler extends shop.base.Base implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  static void count() {}

  @Step
  <T> void print(T printed) {}

  @Step
  void pack(int count) {}

  void pack(int count, String note) {}

  @Step
  void send() throws Throwable {}

  @Override
  public void ship() {}

  @InDoubt("charge")
  private Resolution<Void> findCharge() {
    return Resolution.notDone();
  }

  @Step(repeatable = false)
  void charge() {}
}
