package dev.tenon.examples.plm.handlers;

import dev.tenon.examples.plm.CacheCleaned;
import dev.tenon.examples.plm.CacheCleanup;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import jakarta.inject.Inject;
import java.sql.SQLException;

/** Removes expired entries of the cache, a thousand at a time. */
@JobType("maintenance.cache.cleanup")
public final class CacheCleanupHandler implements JobHandler<CacheCleanup, CacheCleaned> {

  private static final int CHUNK = 1_000;

  private final Cache cache;

  /** A handler for this cache. */
  @Inject
  public CacheCleanupHandler(Cache cache) {
    this.cache = cache;
  }

  @Override
  public CacheCleaned execute(CacheCleanup cleanup, JobContext context) throws SQLException {
    int removed = 0;
    int more;
    do {
      context.checkCancelled();
      more = cache.removeExpired(CHUNK);
      removed += more;
    } while (more == CHUNK);
    context.log().info("Removed " + removed + " entries");
    return new CacheCleaned(removed);
  }
}
