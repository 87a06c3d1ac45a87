package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.annotation.JobType;

/** Confirms an order. */
@JobType("shop.order.confirm")
public record OrderConfirm(String number) {}
