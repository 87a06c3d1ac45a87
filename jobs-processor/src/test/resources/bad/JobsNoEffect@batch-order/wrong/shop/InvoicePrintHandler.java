package shop;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("invoice.print")
@Batch(maxJobs = 20, by = "tenant")
class InvoicePrintHandler implements BatchJobHandler<InvoicePrint, Void> {

  @Override
  public void execute(List<BatchJob<InvoicePrint, Void>> jobs) {}
}
