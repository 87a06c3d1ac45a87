package dev.tenon.clients;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to print.
 *
 * @param text what is printed on it
 * @param copies how many of them
 */
@JobType(
    value = "label.print",
    result = LabelPrinted.class,
    external = true,
    timeout = "30s",
    maxAttempts = 3,
    retryDelays = {"100ms"},
    jitter = 0)
public record LabelPrint(@NotBlank String text, @Min(1) @Max(100) int copies) {}
