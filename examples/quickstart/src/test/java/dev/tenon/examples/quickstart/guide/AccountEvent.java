package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;
import java.util.UUID;

/** Something that has happened to an account, to be applied after what happened before. */
@JobType(value = "account.event.apply", ordered = @Ordered(by = "accountId"))
public record AccountEvent(UUID accountId, String event) {}
