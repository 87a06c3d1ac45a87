package shop;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import java.util.List;

@JobType("invoice.send")
class InvoiceSendHandler implements BatchJobHandler<InvoiceSend, Void> {

  @Override
  public void execute(List<BatchJob<InvoiceSend, Void>> jobs) {}

  @Step
  void send(InvoiceSend invoice) {}
}
