package dev.tenon.clients;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Ordered;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to glue, one after another from each roll.
 *
 * @param roll the roll that it is on
 * @param number its number on the roll
 */
@JobType(
    value = "label.glue",
    external = true,
    ordered = @Ordered(by = "roll"),
    maxAttempts = 3,
    retryDelays = {"100ms"},
    jitter = 0)
public record LabelGlue(@NotBlank String roll, int number) {}
