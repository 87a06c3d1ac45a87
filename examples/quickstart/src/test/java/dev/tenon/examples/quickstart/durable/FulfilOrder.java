package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/** An order that was accepted. */
@JobType(
    value = "order.fulfil",
    result = Fulfilment.class,
    maxAttempts = 3,
    retryDelays = {"100ms", "1s"})
public record FulfilOrder(
    UUID customerId, @Positive BigDecimal total, @NotEmpty List<@Valid Line> lines) {

  /** Some pieces of one product. */
  public record Line(UUID id, @NotBlank String sku, @Positive int pieces) {}
}
