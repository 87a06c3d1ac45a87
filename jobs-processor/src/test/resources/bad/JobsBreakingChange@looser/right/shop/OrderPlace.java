package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(@Size(max = 9) String sku, @Nullable String way) {
  @Upcaster(from = 1)
  static OrderPlace sameAsVersion1(OrderPlace stored) {
    return stored;
  }
}
