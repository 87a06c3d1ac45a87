package dev.tenon.examples.quickstart;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.math.BigDecimal;

/**
 * A price to fetch from a service that is not always there.
 *
 * @param sku whose price
 * @param outages how many attempts find the service away
 */
@JobType(
    value = "price.update",
    result = BigDecimal.class,
    timeout = "10s",
    maxAttempts = 3,
    retryDelays = {"500ms", "1s"})
public record PriceUpdate(@NotBlank String sku, @Min(0) int outages) {}
