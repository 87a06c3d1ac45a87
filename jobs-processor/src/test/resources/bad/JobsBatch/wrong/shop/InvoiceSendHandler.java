package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.JobType;

@JobType("invoice.send")
@Batch(maxJobs = 200)
class InvoiceSendHandler implements JobHandler<InvoiceSend, Void> {

  @Override
  public Void execute(InvoiceSend invoice, JobContext context) {
    return null;
  }
}
