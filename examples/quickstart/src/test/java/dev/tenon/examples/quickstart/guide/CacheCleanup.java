package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.OverlapPolicy;
import dev.tenon.jobs.annotation.Schedule;

/** Removes what has expired from a cache. */
@JobType(
    value = "maintenance.cache.cleanup",
    schedules =
        @Schedule(
            cron = "30 3 * * MON-FRI",
            zone = "Europe/Berlin",
            overlap = OverlapPolicy.SKIP,
            catchUp = "2h"))
public record CacheCleanup() {}
