package dev.tenon.jobs.spring.shop;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Sensitive;

/** Counts the stock, and orders what is missing. */
@JobType(value = "shop.stock.count", result = String.class)
public record StockCount(@Sensitive String shelf) {}
