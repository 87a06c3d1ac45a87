package dev.tenon.jobs.quarkus.shop;

import dev.tenon.jobs.SubmitOptions;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** The orders of the shop. */
@ApplicationScoped
public class Orders {

  private final DataSource dataSource;
  private final ShopJobs jobs;

  Orders(DataSource dataSource, ShopJobs jobs) {
    this.dataSource = dataSource;
    this.jobs = jobs;
  }

  void createTable(@Observes StartupEvent start) throws SQLException {
    update("CREATE TABLE IF NOT EXISTS orders (number text PRIMARY KEY, confirmed boolean)");
  }

  /** Places an order, and submits the job that confirms it: both, or neither. */
  @Transactional
  public UUID place(String number) throws SQLException {
    UUID job =
        jobs.orderConfirm().submit(new OrderConfirm(number), SubmitOptions.by("shop")).jobId();
    update("INSERT INTO orders VALUES (?, false)", number);
    return job;
  }

  /** Confirms an order. */
  @Transactional
  public void confirm(String number) throws SQLException {
    update("UPDATE orders SET confirmed = true WHERE number = ?", number);
  }

  /** Counts the orders with a number. */
  public int count(String number) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return count(connection, number);
    }
  }

  static int count(Connection connection, String number) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT count(*) FROM orders WHERE number = ?")) {
      statement.setString(1, number);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return rows.getInt(1);
      }
    }
  }

  private void update(String sql, String... parameters) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    }
  }
}
