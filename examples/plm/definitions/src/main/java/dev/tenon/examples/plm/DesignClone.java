package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.UUID;

/**
 * Copies all items of a design into another design.
 *
 * @param designId the design to copy
 * @param cloneId the design that gets the items; the application has made it
 * @param chunkSize how many items are copied in one transaction
 */
@JobType(
    value = "design.clone",
    label = "Clone of a design",
    routingKey = "jobs.design.clone",
    result = DesignCloned.class,
    timeout = "30m",
    maxAttempts = 5,
    retryDelays = {"1s", "10s", "1m", "5m"})
public record DesignClone(UUID designId, UUID cloneId, @Min(1) @Max(10_000) int chunkSize) {}
