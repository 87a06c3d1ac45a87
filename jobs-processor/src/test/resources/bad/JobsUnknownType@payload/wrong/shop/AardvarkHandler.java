package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.aardvark")
final class AardvarkHandler implements JobHandler<Aardvark, Void> {
  @Override
  public Void execute(Aardvark payload, JobContext context) {
    return null;
  }
}
