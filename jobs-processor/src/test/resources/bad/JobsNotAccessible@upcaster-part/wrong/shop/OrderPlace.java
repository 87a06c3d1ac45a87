package shop;

import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Upcaster;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType(value = "order.place", version = 2)
record OrderPlace(String sku, int count) {

  record Version1(List<Line> lines) {}

  private record Line(String sku, Unit unit) {}

  private enum Unit {
    PIECE
  }

  @Upcaster(from = 1)
  static OrderPlace fromVersion1(Version1 old) {
    return new OrderPlace(old.lines().get(0).sku(), 1);
  }
}
