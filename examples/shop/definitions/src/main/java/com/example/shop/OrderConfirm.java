package com.example.shop;

import dev.tenon.jobs.annotation.JobType;
import jakarta.validation.constraints.NotBlank;

/** Confirms an order to the customer. */
@JobType("shop.order.confirm")
public record OrderConfirm(@NotBlank String orderNumber) {}
