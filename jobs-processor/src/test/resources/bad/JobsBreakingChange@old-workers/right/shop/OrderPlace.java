package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(Way way) {
  enum Way { MAIL, POST }

  @Upcaster(from = 1)
  static OrderPlace sameAsVersion1(OrderPlace stored) {
    return stored;
  }
}
