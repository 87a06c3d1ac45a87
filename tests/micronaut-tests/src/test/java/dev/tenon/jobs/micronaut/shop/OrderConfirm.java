package dev.tenon.jobs.micronaut.shop;

import dev.tenon.jobs.annotation.JobType;

/** Confirms an order. */
@JobType("shop.order.confirm")
public record OrderConfirm(String number) {}
