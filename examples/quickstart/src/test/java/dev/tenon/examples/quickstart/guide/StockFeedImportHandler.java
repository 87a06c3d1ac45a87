package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would import the file. */
@JobType("stock.feed.import")
public final class StockFeedImportHandler implements JobHandler<StockFeedImport, Void> {

  @Override
  public Void execute(StockFeedImport feed, JobContext context) {
    return null;
  }
}
