package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;

/** Submitted by itself, on weekdays. */
@JobType(
    value = "cache.cleanup",
    maxConcurrent = 1,
    rateLimitPerMinute = 10,
    cron = "30 3 * * MON-FRI",
    zone = "Europe/Berlin",
    overlap = OverlapPolicy.QUEUE_ONE,
    catchUp = "6h")
public record CacheCleanup() {}
