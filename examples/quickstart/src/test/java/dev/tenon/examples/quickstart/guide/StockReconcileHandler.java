package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would compare the stocks. */
@JobType("stock.reconcile")
public final class StockReconcileHandler implements JobHandler<StockReconcile, Void> {

  @Override
  public Void execute(StockReconcile reconcile, JobContext context) {
    return null;
  }
}
