package shop;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("report.write")
class ReportWriteHandler implements BatchJobHandler<ReportWrite, Void> {

  @Override
  public void execute(List<BatchJob<ReportWrite, Void>> jobs) {}
}
