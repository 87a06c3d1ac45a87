package dev.tenon.jobs.micronaut.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobType;
import io.micronaut.transaction.annotation.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * A handler that Micronaut makes a subclass of, and that submits a job in its transaction. It waits
 * on the shelf named {@code slow} until the application is about to stop.
 */
@JobType("shop.stock.count")
public class StockCountHandler implements JobHandler<StockCount, String> {

  /** The shelf that takes long to count. */
  public static final String SLOW = "slow";

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final ShopJobs jobs;
  private final DataSource database;

  StockCountHandler(ShopJobs jobs, DataSource database) {
    this.jobs = jobs;
    this.database = database;
  }

  @Override
  @Transactional
  public String execute(StockCount count, JobContext context) throws Exception {
    if (count.shelf().equals(SLOW)) {
      started.countDown();
      mayEnd.await(60, TimeUnit.SECONDS);
    }
    insert(count.shelf());
    jobs.orderConfirm().submit(new OrderConfirm(count.shelf()), SubmitOptions.by("stock"));
    return "counted by " + getClass().getSuperclass().getSimpleName();
  }

  private void insert(String shelf) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO orders VALUES (?)")) {
      insert.setString(1, shelf);
      insert.executeUpdate();
    }
  }

  /** Waits until the slow shelf is being counted. */
  public void awaitStart() throws InterruptedException {
    if (!started.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("The slow shelf is not being counted.");
    }
  }

  /** Lets the count of the slow shelf end. */
  public void letEnd() {
    mayEnd.countDown();
  }
}
