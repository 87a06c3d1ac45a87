package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.annotation.JobType;
import dev.tenon.jobs.annotation.Step;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;

/** A handler that has a scope, and whose step runs in a transaction of Quarkus. */
@ApplicationScoped
@JobType("shop.stock.count")
public class StockCountHandler implements JobHandler<StockCount, Integer> {

  private final Orders orders;

  StockCountHandler(Orders orders) {
    this.orders = orders;
  }

  @Override
  public Integer execute(StockCount count, JobContext context) throws Exception {
    StockCountSteps.of(this, context).order(count);
    return orders.count("stock " + count.shelf());
  }

  /** The order joins the transaction of the step, although it uses another connection. */
  @Step
  @Transactional(Transactional.TxType.SUPPORTS)
  void order(Connection transaction, StockCount count) throws SQLException {
    String number = "stock " + count.shelf();
    orders.place(number);
    if (Orders.count(transaction, number) != 1) {
      throw new IllegalStateException("The order is not in the transaction of the step");
    }
  }
}
