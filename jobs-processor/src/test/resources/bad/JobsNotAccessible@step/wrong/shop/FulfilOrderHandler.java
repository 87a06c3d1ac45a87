package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step
  Receipt charge(Card card) throws Refused {
    return new Receipt("");
  }

  private record Card(String number) {}

  private record Receipt(String number) {}

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
  }
}
