package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static OrderShip ofNothing() {
    return new OrderShip("");
  }

  @FromResults
  static OrderShip ofDraft(OrderShip draft) {
    return draft;
  }

  @FromResults
  static OrderShip ofDrafts(OrderShip draft, OrderShip other) {
    return draft.orderId().isEmpty() ? other : draft;
  }

  @FromResults
  static OrderShip ofFour(OrderShip draft, Payment one, Payment two, Payment three, Payment four) {
    return new OrderShip(draft + " " + one + two + three + four);
  }

  @FromResults
  static OrderShip ofThree(OrderShip draft, Payment one, Payment two, Payment three) {
    return new OrderShip(draft + " " + one + two + three);
  }
}
