package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.export")
final class ExportHandler extends ImportHandler implements JobHandler<Export, Void> {
  public Void execute(Export payload, JobContext context) {
    return null;
  }
}
