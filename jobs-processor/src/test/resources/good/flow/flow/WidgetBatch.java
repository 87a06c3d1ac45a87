package flow;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.WhenFull;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Limited in all and by tenant, and bounded by tenant. */
@JobType(
    value = "widget.batch",
    retention = "1d",
    retentionOfFailed = "30d",
    startWithin = "10m",
    maxConcurrent = 50,
    rateLimitPerMinute = 600,
    limits = @Limit(by = "tenantId", maxConcurrent = 5, rateLimitPerMinute = 60),
    backlog = @Backlog(max = 10_000, by = "tenantId", whenFull = WhenFull.DROP_OLDEST))
public record WidgetBatch(@Nullable UUID tenantId, int size) {}
