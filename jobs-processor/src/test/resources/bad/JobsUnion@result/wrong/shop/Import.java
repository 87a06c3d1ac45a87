package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "shop.import", result = Import.Outcome.class, emits = Import.Event.class)
record Import(String file) {

  sealed interface Outcome {}

  record Done(String type) implements Outcome {}

  static final class Other {
    record Done() implements Outcome {}
  }

  sealed interface Event {}

  record Row(int type) implements Event {}
}
