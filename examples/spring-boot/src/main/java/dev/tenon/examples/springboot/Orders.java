package dev.tenon.examples.springboot;

import dev.tenon.jobs.SubmitOptions;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** The orders of the shop. */
@Service
public class Orders {

  private final JdbcClient database;
  private final ShopJobs jobs;

  Orders(JdbcClient database, ShopJobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** An order as it is shown. */
  public record Order(String number, String customer, int pieces, boolean confirmed) {}

  /** Places an order, and submits the job that confirms it: both, or neither. */
  @Transactional
  public String place(String customer, int pieces) {
    String number = UUID.randomUUID().toString();
    jobs.orderConfirm().submit(new OrderConfirm(number), SubmitOptions.by(customer));
    database
        .sql("INSERT INTO orders (number, customer, pieces) VALUES (?, ?, ?)")
        .params(number, customer, pieces)
        .update();
    return number;
  }

  /** Confirms an order. */
  public void confirm(String number) {
    database
        .sql("UPDATE orders SET confirmed_at = now() WHERE number = ? AND confirmed_at IS NULL")
        .param(number)
        .update();
  }

  /** All orders. */
  public List<Order> list() {
    return database
        .sql(
            "SELECT number, customer, pieces, confirmed_at IS NOT NULL AS confirmed FROM orders ORDER BY number")
        .query(Order.class)
        .list();
  }
}
