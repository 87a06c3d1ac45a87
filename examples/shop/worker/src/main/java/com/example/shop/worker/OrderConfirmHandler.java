package com.example.shop.worker;

import com.example.shop.OrderConfirm;
import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import org.jspecify.annotations.Nullable;

/** Confirms orders. */
@JobType("shop.order.confirm")
public final class OrderConfirmHandler implements JobHandler<OrderConfirm, Void> {

  /** A handler. */
  public OrderConfirmHandler() {}

  @Override
  public @Nullable Void execute(OrderConfirm order, JobContext context) {
    context.log().info("Order " + order.orderNumber() + " is confirmed.");
    return null;
  }
}
