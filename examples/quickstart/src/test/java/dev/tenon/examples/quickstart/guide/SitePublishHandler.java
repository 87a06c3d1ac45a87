package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would publish the site. */
@JobType("site.publish")
public final class SitePublishHandler implements JobHandler<SitePublish, Void> {

  @Override
  public Void execute(SitePublish site, JobContext context) {
    return null;
  }
}
