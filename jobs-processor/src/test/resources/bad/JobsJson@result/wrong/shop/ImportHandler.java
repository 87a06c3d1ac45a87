package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class ImportHandler implements JobHandler<Import, Thread> {
  @Override
  public Thread execute(Import payload, JobContext context) {
    return null;
  }
}
