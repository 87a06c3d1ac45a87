package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import java.io.IOException;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(String sku, int count) {

  @Upcaster(from = 1)
  static OrderPlace fromVersion1(String json) throws IOException, IllegalStateException {
    throw new IOException(json);
  }
}
