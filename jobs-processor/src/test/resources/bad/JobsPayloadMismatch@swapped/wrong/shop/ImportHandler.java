package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.import")
final class ImportHandler implements JobHandler<Report, Import> {
  @Override
  public Import execute(Report payload, JobContext context) {
    return new Import("");
  }
}
