package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.InDoubt;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import dev.tenon.jobs.durable.Resolution;
import dev.tenon.jobs.durable.StepContext;
import java.sql.Connection;

@JobType("order.fulfil")
class FulfilOrderHandler implements JobHandler<FulfilOrder, Void> {

  @Override
  public Void execute(FulfilOrder order, JobContext context) {
    return null;
  }

  @Step(repeatable = false)
  void charge(FulfilOrder order) {}

  @InDoubt("charge")
  Resolution<Void> findCharge(String order) {
    return Resolution.notDone();
  }

  @Step(repeatable = false)
  int count(FulfilOrder order, StepContext step) {
    return 1;
  }

  @InDoubt("count")
  Resolution<Long> findCount(FulfilOrder order) {
    return Resolution.notDone();
  }

  @Step
  void pack(FulfilOrder order) {}

  @InDoubt("pack")
  Resolution<Void> findPack(FulfilOrder order) {
    return Resolution.notDone();
  }

  @Step(repeatable = false)
  void reserve(Connection transaction) {}

  @Step(repeatable = false)
  void send(String text) {}

  @InDoubt("send")
  Resolution<Void> findSent(String text) {
    return Resolution.done();
  }

  @InDoubt("send")
  Resolution<Void> findMail(String text) {
    return Resolution.done();
  }
}
