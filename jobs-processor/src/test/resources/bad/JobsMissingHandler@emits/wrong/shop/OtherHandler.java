package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("report.read")
class OtherHandler implements JobHandler<ReportRead, Void> {

  @Override
  public Void execute(ReportRead report, JobContext context) {
    return null;
  }
}
