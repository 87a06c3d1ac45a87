package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.two")
final class TwoHandler implements JobHandler<A.B, Void> {
  @Override
  public Void execute(A.B payload, JobContext context) {
    return null;
  }
}
