package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobHandlers;
import java.util.ArrayList;

/** The handlers of the job types of these tests. */
final class TestHandlers {

  private TestHandlers() {}

  static JobHandlers all() {
    return new KitJobsHandlers(
        new OrderFulfil.Handler(),
        new ParcelSend.Handler(),
        new PartIndex.Handler(),
        new StockCount.Handler(context -> {}),
        new Echo.Handler(),
        new AccountEvent.Handler(new ArrayList<>()),
        new PartEvent.Handler(new ArrayList<>()));
  }
}
