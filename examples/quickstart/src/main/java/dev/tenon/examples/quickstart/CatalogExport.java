package dev.tenon.examples.quickstart;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Positive;

/** A catalog to export, which takes a while. */
@JobType(
    value = "catalog.export",
    timeout = "30m",
    maxAttempts = 1,
    retryDelays = {})
public record CatalogExport(@Positive int pages) {}
