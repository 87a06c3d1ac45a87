package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import dev.tenon.jobs.annotation.Ordered;
import dev.tenon.jobs.annotation.RetryOrder;
import java.util.Optional;
import java.util.UUID;

/** Ordered by an account, with limits by another component. */
@JobType(
    value = "account.event",
    maxConcurrent = 20,
    limits = @Limit(by = "region", maxConcurrent = 5),
    ordered = @Ordered(by = "accountId", retries = RetryOrder.PASS),
    external = true)
public record AccountEvent(Optional<UUID> accountId, String region, String event) {}
