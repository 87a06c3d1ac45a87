package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import java.util.List;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    FulfilOrderSteps steps = FulfilOrderSteps.of(this, context);
    steps.charge(order);
    this.charge(order);
    Runnable later = () -> pack(order);
    later.run();
    helper(order);
    return null;
  }

  @Step
  void charge(FulfilOrder order) {
    pack(order);
  }

  @Step
  void pack(FulfilOrder order) {}

  void helper(FulfilOrder order) {
    List.of(order).forEach(this::pack);
    FulfilOrderHandler.this.pack(order);
    Runnable own =
        new Runnable() {
          @Override
          public void run() {
            pack("own");
            charge(order);
          }

          void pack(String text) {}
        };
    own.run();
  }

  @SuppressWarnings("JobsDirectStep")
  void test(FulfilOrder order) {
    this.charge(order);
  }
}
