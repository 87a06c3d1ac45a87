package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Awaits;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sleeps;
import dev.tenon.jobs.annotation.Step;

@JobType("order.fulfil")
@Sleeps("pause")
@Sleeps("two words")
@Sleeps(value = "rest", aliases = {"rest", "pause"})
@Awaits(OrderPaid.class)
@Awaits(name = "orderPaid", value = OrderPaid.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  void pack() {}

  @Step("pack")
  void wrap() {}

  @Step("no space")
  void blank() {}

  @Step("")
  void empty() {}

  @Step(aliases = {"label", "", "old", "old"})
  void label() {}

  @Step(aliases = "old")
  void print() {}

  @Step("pause")
  void stop() {}
}
