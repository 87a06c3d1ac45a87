package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;
import dev.tenon.jobs.annotation.Step;
import java.util.List;

@JobType("order.fulfil")
@ResumesFrom(FulfilOrderHandler.Position.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  Thread start(FulfilOrder order) {
    return new Thread();
  }

  @Step
  List<Object> list() {
    return List.of();
  }

  record Position(Object anything) {}
}
