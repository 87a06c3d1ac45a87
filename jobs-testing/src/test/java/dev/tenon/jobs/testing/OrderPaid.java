package dev.tenon.jobs.testing;

import dev.tenon.jobs.annotation.Sensitive;
import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.Positive;

/**
 * The customer has paid.
 *
 * @param cents how much
 */
@Signal("order.paid")
public record OrderPaid(@Sensitive @Positive int cents) implements OrderFulfil.Decision {}
