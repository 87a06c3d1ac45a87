package shop;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.WhenFull;

@JobType(
    value = "search.index.update",
    backlog = @Backlog(max = 10_000, by = "tenant", whenFull = WhenFull.DROP_OLDEST))
record SearchIndexUpdate(String tenant, String document) {}
