package dev.tenon.jobs.micronaut.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

@JobType("shop.order.confirm")
public class OrderConfirmHandler implements JobHandler<OrderConfirm, Void> {

  private final Orders orders;

  OrderConfirmHandler(Orders orders) {
    this.orders = orders;
  }

  @Override
  public Void execute(OrderConfirm order, JobContext context) {
    orders.confirm(order.number());
    context.log().info("Confirmed order " + order.number());
    return null;
  }
}
