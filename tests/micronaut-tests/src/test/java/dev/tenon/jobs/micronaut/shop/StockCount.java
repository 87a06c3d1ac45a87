package dev.tenon.jobs.micronaut.shop;

import dev.tenon.jobs.annotation.JobType;

/** Counts the stock, and orders what is missing. */
@JobType(value = "shop.stock.count", result = String.class)
public record StockCount(String shelf) {}
