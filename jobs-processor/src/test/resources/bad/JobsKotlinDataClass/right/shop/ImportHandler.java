package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class ImportHandler implements JobHandler<Import, Void> {
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
