package shop;

import dev.tenon.jobs.annotation.FromResults;
import dev.tenon.jobs.annotation.JobModule;
import dev.tenon.jobs.annotation.JobType;
import java.util.Collection;
import java.util.List;

@JobModule(value = "ShopJobs", handlers = JobModule.Handlers.ELSEWHERE)
@JobType("order.ship")
record OrderShip(String orderId) {

  @FromResults
  static OrderShip primitives(int count, List<int[]> counts, byte[][] files) {
    return new OrderShip(count + " " + counts.size() + " " + files.length);
  }

  @FromResults
  static OrderShip unknown(Object any, List<Thread> threads, Number number) {
    return new OrderShip(any + " " + threads.size() + " " + number);
  }

  @FromResults
  static OrderShip lists(List<List<Payment>> lists, List<?> wildcard, List<? extends Payment> some) {
    return new OrderShip(lists.size() + " " + wildcard.size() + " " + some.size());
  }

  @FromResults
  static OrderShip generic(Page<Payment> page, Page<Payment>[] pages, Collection<Payment> all) {
    return new OrderShip(page.entry() + " " + pages.length + " " + all.size());
  }

  @FromResults
  @SuppressWarnings("rawtypes")
  static OrderShip raw(List list, Page page) {
    return new OrderShip(list.size() + " " + page.entry());
  }

  @FromResults
  static OrderShip nothing(Void nothing) {
    return new OrderShip("" + nothing);
  }

  record Page<T>(T entry) {}
}
