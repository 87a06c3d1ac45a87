package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import java.sql.SQLException;

/** A handler without any annotation of CDI. */
@JobType("shop.order.confirm")
public final class OrderConfirmHandler implements JobHandler<OrderConfirm, Void> {

  private final Orders orders;

  OrderConfirmHandler(Orders orders) {
    this.orders = orders;
  }

  @Override
  public Void execute(OrderConfirm order, JobContext context) throws SQLException {
    orders.confirm(order.number());
    context.log().info("Confirmed order " + order.number());
    return null;
  }
}
