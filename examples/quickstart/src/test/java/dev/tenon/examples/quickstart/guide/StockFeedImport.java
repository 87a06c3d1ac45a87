package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import jakarta.validation.constraints.NotNull;

/** A file with what a tenant has in stock, to be imported. */
@JobType(
    value = "stock.feed.import",
    maxConcurrent = 20, // at a time, over all workers
    rates = {"10/s", "1000/h"}, // starts, over all workers
    limits = @Limit(by = "tenant", maxConcurrent = 2, rates = "60/m")) // for each tenant
public record StockFeedImport(@NotNull String tenant, @NotNull String url) {}
