package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;

/** Submitted automatically, on weekdays. */
@JobType(
    value = "cache.cleanup",
    maxConcurrent = 1,
    rates = "10/m",
    schedules =
        @Schedule(
            cron = "30 3 * * MON-FRI",
            zone = "Europe/Berlin",
            overlap = OverlapPolicy.QUEUE_ONE,
            catchUp = "6h"))
public record CacheCleanup() {}
