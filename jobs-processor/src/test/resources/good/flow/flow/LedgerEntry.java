package flow;

import dev.tenon.jobs.annotation.Backlog;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

/** All jobs are in one line, and share a bound. */
@JobType(
    value = "ledger.entry",
    ordered = @Ordered,
    backlog = @Backlog(max = 1_000),
    external = true)
public record LedgerEntry(long amount) {}
