package dev.tenon.jobs.spring.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;

/** A handler without a proxy, and final as most are. */
@JobType("shop.order.confirm")
public final class OrderConfirmHandler implements JobHandler<OrderConfirm, Void> {

  @Override
  public Void execute(OrderConfirm order, JobContext context) {
    context.log().info("Confirmed " + order.number());
    return null;
  }
}
