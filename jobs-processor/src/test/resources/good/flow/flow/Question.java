package flow;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Limit;
import java.util.Optional;

/** Costs tokens, in all and by tenant. */
@JobType(
    value = "question.ask",
    rates = {"500/m", "200000 tokens/m"},
    limits = @Limit(by = "tenant", rates = "1000000 tokens/24h"))
public record Question(String tenant, Optional<Long> tokens) {}
