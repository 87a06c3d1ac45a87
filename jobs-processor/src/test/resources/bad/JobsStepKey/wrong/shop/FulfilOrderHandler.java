package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.annotation.StepKey;
import java.util.UUID;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  void pack(@StepKey Line line) {}

  record Line(UUID id, int count) {}
}
