package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;

@JobType("order.fulfil")
@Awaits(OrderPaid.class)
@Sleeps("long")
@Sleeps("Long")
@ResumesFrom(FulfilOrderHandler.Position.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  void of() {}

  @Step
  @Override
  public String toString() {
    return "";
  }

  @Step
  void sleepLong() {}

  @Step
  void cursor() {}

  @Step
  void tokenForOrderPaid() {}

  record Position(int line) {}
}
