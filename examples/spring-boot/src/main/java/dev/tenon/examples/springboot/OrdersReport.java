package dev.tenon.examples.springboot;

import dev.tenon.jobs.annotation.JobType;

/** Reports the orders of a customer, line by line. */
@JobType(
    value = "shop.orders.report",
    result = OrdersReport.Total.class,
    emits = OrdersReport.Line.class)
public record OrdersReport(String customer) {

  /** A line of the report: an order. */
  public record Line(String number, int pieces) {}

  /** The end of the report. */
  public record Total(int orders, int pieces) {}
}
