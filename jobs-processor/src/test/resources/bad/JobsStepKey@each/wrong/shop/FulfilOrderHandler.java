package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import java.util.List;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  void two(@StepKey String one, @StepKey int other) {}

  @Step
  void share(@StepKey double share) {}

  @Step
  void flag(@StepKey boolean flag) {}

  @Step
  void all(@StepKey List<String> all) {}

  @Step
  void array(@StepKey int[] all) {}
}
