package shop;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.util.List;

@JobType("invoice.send")
class InvoiceSendHandler implements JobHandler<InvoiceSend, Void>, BatchJobHandler<InvoiceSend, Void> {

  @Override
  public Void execute(InvoiceSend invoice, JobContext context) {
    return null;
  }

  @Override
  public void execute(List<BatchJob<InvoiceSend, Void>> jobs) {}
}
