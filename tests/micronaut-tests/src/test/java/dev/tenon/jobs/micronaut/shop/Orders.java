package dev.tenon.jobs.micronaut.shop;

import dev.tenon.jobs.SubmitOptions;
import io.micronaut.transaction.annotation.Transactional;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

@Singleton
public class Orders {

  private final DataSource database;
  private final ShopJobs jobs;
  private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

  Orders(DataSource database, ShopJobs jobs) {
    this.database = database;
    this.jobs = jobs;
  }

  /** Places an order, and submits the job that confirms it: both, or neither. */
  @Transactional
  public String place(String customer) throws SQLException {
    String number = UUID.randomUUID().toString();
    jobs.orderConfirm().submit(new OrderConfirm(number), SubmitOptions.by(customer));
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?)")) {
      insert.setString(1, number);
      insert.executeUpdate();
    }
    return number;
  }

  void confirm(String number) {
    confirmed.add(number);
  }

  /** The orders that are confirmed. */
  public Set<String> confirmed() {
    return Set.copyOf(confirmed);
  }
}
