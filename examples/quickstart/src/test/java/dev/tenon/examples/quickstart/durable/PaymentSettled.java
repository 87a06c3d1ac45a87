package dev.tenon.examples.quickstart.durable;

import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.time.Instant;

/** The bank has the money. */
@Signal("order.payment-settled")
public record PaymentSettled(@Positive BigDecimal amount, Instant at) {}
