package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@SuppressWarnings("rawtypes")
@JobType("shop.import")
final class ImportHandler implements JobHandler {
  @Override
  public Object execute(Object payload, JobContext context) {
    return null;
  }
}
