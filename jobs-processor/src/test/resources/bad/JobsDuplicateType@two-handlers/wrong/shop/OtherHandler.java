package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class OtherHandler implements JobHandler<Other, Void> {
  @Override
  public Void execute(Other payload, JobContext context) {
    return null;
  }
}
