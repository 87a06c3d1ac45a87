package dev.tenon.clients.python;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

/**
 * A label to cut out; there are two knives.
 *
 * @param text what is on it
 */
@JobType(
    value = "label.cut",
    external = true,
    maxConcurrent = 2,
    maxAttempts = 2,
    retryDelays = {"100ms"})
public record LabelCut(@NotBlank String text) {}
