package dev.tenon.examples.quickstart.guide;

import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Schedule;

/** Compares what the shop has in stock with what the warehouse says. */
@JobType(
    value = "stock.reconcile",
    schedules = {
      @Schedule(name = "nightly", cron = "0 3 * * *", zone = "Europe/Berlin"),
      @Schedule(name = "at-noon", cron = "0 12 * * MON-FRI", zone = "Europe/Berlin")
    })
public record StockReconcile() {}
