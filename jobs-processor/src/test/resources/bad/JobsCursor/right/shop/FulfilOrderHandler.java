package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.ResumesFrom;

@JobType("order.fulfil")
@ResumesFrom(FulfilOrderHandler.Position.class)
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  record Position(long line) {}
}
