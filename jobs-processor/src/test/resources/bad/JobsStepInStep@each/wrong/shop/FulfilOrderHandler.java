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

  private final FulfilOrderSteps kept;

  FulfilOrderHandler(FulfilOrderSteps kept) {
    this.kept = kept;
  }

  @Step(repeatable = false)
  void ship(FulfilOrder order, JobContext context) {
    var steps = shop.FulfilOrderSteps.of(this, context);
    Runnable later = () -> steps.pack(order);
    later.run();
    kept.pack(order);
    this.kept.pack(order);
  }

  @InDoubt("ship")
  Resolution<Void> findShip(FulfilOrder order, JobContext context) {
    (FulfilOrderSteps.of(this, context)).pack(order);
    return Resolution.done();
  }

  @Step
  void pack(FulfilOrder order) {}

  @Step
  void wrap(FulfilOrderSteps steps) {}
}
