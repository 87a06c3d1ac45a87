package shop;

import dev.tenon.jobs.EmittingContext;
import dev.tenon.jobs.EmittingJobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("report.write")
class ReportWriteHandler implements EmittingJobHandler<ReportWrite, Void, ReportWrite.Paragraph> {

  @Override
  public Void execute(ReportWrite report, EmittingContext<ReportWrite.Paragraph> context) {
    return null;
  }
}
