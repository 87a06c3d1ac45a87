package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

/** A file with a million prices. */
@JobType(value = "price-list.import", result = Long.class, timeout = "6h")
public record PriceListImport(@NotBlank String file) {}
