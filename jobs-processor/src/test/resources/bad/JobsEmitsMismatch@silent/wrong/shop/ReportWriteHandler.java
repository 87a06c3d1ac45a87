package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("report.write")
class ReportWriteHandler implements JobHandler<ReportWrite, Void> {

  @Override
  public Void execute(ReportWrite report, JobContext context) {
    return null;
  }
}
