package dev.tenon.jobs.testing;

import dev.tenon.jobs.annotation.Signal;
import jakarta.validation.constraints.NotBlank;

/**
 * Somebody has stopped an order.
 *
 * @param reason why
 */
@Signal("order.stopped")
public record OrderStopped(@NotBlank String reason) implements OrderFulfil.Decision {}
