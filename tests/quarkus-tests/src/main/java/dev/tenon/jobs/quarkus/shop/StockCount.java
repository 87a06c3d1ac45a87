package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.annotation.JobType;

/** Counts a shelf, and orders what is missing. */
@JobType(value = "shop.stock.count", result = Integer.class)
public record StockCount(String shelf) {}
