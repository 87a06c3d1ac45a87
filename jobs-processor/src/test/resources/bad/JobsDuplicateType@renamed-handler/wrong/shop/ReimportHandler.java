package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.reimport")
final class ReimportHandler implements JobHandler<Reimport, Void> {
  @Override
  public Void execute(Reimport payload, JobContext context) {
    return null;
  }
}
