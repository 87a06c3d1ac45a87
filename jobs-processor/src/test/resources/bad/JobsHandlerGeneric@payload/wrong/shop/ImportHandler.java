package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class ImportHandler<P extends Import> implements JobHandler<P, Void> {
  @Override
  public Void execute(P payload, JobContext context) {
    return null;
  }
}
