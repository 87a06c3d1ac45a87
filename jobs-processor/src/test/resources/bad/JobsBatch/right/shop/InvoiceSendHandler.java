package shop;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("invoice.send")
@Batch(maxJobs = 200)
class InvoiceSendHandler implements BatchJobHandler<InvoiceSend, Void> {

  @Override
  public void execute(List<BatchJob<InvoiceSend, Void>> jobs) {}
}
