package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

/** Removes cache entries that have expired. */
@JobType(
    value = "maintenance.cache.cleanup",
    label = "Cleanup of the cache",
    routingKey = "jobs.maintenance.cache",
    result = CacheCleaned.class,
    timeout = "10m",
    schedules = @Schedule(cron = "*/15 * * * *"),
    retention = "1d")
public record CacheCleanup() {}
