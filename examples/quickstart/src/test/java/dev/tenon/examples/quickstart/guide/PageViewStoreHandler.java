package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.BatchJobHandler;
import dev.tenon.jobs.PermanentJobException;
import dev.tenon.jobs.annotation.Batch;
import dev.tenon.jobs.annotation.JobType;
import java.util.ArrayList;
import java.util.List;

/** Writes up to 200 page views of a site with one statement. */
@JobType("page.view.store")
@Batch(maxJobs = 200, maxWait = "100ms", by = "site")
public final class PageViewStoreHandler implements BatchJobHandler<PageViewStore, Void> {

  private final PageViews views;

  public PageViewStoreHandler(PageViews views) {
    this.views = views;
  }

  @Override
  public void execute(List<BatchJob<PageViewStore, Void>> jobs) {
    List<PageViewStore> known = new ArrayList<>();
    for (BatchJob<PageViewStore, Void> job : jobs) {
      if (views.isKnown(job.payload().page())) {
        known.add(job.payload());
      } else {
        job.fail(new PermanentJobException("There is no such page"));
      }
    }
    views.insertAll(known);
  }
}
