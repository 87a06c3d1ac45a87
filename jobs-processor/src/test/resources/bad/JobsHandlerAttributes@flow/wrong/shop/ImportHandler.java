package shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.DuplicatePolicy;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;
import dev.tenon.jobs.annotation.Unique;
import dev.tenon.jobs.annotation.UniqueScope;

@JobType(
    value = "shop.import",
    retentionOfFailed = "30d",
    maxConcurrent = 5,
    rates = "60/m",
    limits = @Limit(by = "file", maxConcurrent = 1, rates = "6/m"),
    unique =
        @Unique(
            value = "file",
            scope = UniqueScope.UNTIL_ENDED,
            period = "1h",
            onDuplicate = DuplicatePolicy.KEEP),
    schedules =
        @Schedule(
            cron = "@daily",
            zone = "UTC",
            overlap = OverlapPolicy.SKIP,
            catchUp = "1h",
            jitter = "2m"))
final class ImportHandler implements JobHandler<Import, Void> {
  @Override
  public Void execute(Import payload, JobContext context) {
    return null;
  }
}
