package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** Would clean the cache. */
@JobType("maintenance.cache.cleanup")
public final class CacheCleanupHandler implements JobHandler<CacheCleanup, Void> {

  @Override
  public Void execute(CacheCleanup cleanup, JobContext context) {
    return null;
  }
}
