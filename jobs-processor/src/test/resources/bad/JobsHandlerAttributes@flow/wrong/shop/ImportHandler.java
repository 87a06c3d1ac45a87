package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.UniqueScope;

@JobType(
    value = "shop.import",
    retentionOfFailed = "30d",
    maxConcurrent = 5,
    rateLimitPerMinute = 60,
    limitBy = "file",
    maxConcurrentPerKey = 1,
    rateLimitPerMinutePerKey = 6,
    unique = "file",
    uniqueScope = UniqueScope.UNTIL_ENDED,
    uniquePeriod = "1h",
    onDuplicate = DuplicatePolicy.KEEP,
    cron = "@daily",
    zone = "UTC",
    overlap = OverlapPolicy.SKIP,
    catchUp = "1h",
    scheduleJitter = "2m")
final class ImportHandler implements JobHandler<Import, Void> {
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
