package shop.bulk;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.bulk-import")
public final class BulkHandler implements JobHandler<BulkImport, Void> {
  @Override
  public Void execute(BulkImport payload, JobContext context) {
    return null;
  }
}
