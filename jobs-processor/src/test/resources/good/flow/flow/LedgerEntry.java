package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

/** All jobs are in one line. */
@JobType(value = "ledger.entry", ordered = @Ordered, external = true)
public record LedgerEntry(long amount) {}
