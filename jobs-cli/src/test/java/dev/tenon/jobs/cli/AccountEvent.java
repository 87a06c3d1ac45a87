package dev.tenon.jobs.cli;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;

/** Something that has happened to an account; another system handles one after another. */
@JobType(value = "account.event", external = true, ordered = @Ordered(by = "account"))
public record AccountEvent(String account, int number) {}
