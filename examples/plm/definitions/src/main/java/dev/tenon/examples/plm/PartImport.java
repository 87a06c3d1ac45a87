package dev.tenon.examples.plm;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * Imports a list of parts from the file store: a part on each line, with number and revision.
 *
 * @param file where in the file store
 * @param chunkSize how many parts are saved in one transaction
 */
@JobType(
    value = "part.import",
    label = "Import of parts",
    routingKey = "jobs.part.import",
    result = PartsImported.class,
    timeout = "6h",
    maxAttempts = 5,
    retryDelays = {"1s", "10s", "1m", "5m"})
public record PartImport(
    @NotBlank @Size(max = 200) String file, @Min(1) @Max(10_000) int chunkSize) {}
