package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.one")
final class OneHandler implements JobHandler<AB, Void> {
  @Override
  public Void execute(AB payload, JobContext context) {
    return null;
  }
}
