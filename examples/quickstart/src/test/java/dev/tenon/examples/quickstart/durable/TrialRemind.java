package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Email;

/** A customer who tries the product for two weeks. */
@JobType(value = "trial.remind", result = String.class)
public record TrialRemind(@Email String to) {}
