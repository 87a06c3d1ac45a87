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
    rates = {"10/s", "10000/d"},
    limits = @Limit(by = "tenantId", maxConcurrent = 5, rates = "60/m"),
    backlog = @Backlog(max = 10_000, by = "tenantId", whenFull = WhenFull.DROP_OLDEST))
public record WidgetBatch(@Nullable UUID tenantId, int size) {}
