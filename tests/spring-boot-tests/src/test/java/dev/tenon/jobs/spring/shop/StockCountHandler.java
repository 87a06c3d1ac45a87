package dev.tenon.jobs.spring.shop;

import dev.tenon.jobs.JobContext;
import dev.tenon.jobs.JobHandler;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.annotation.JobType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A handler that Spring has to make a proxy of, and that submits a job in its transaction. */
@JobType("shop.stock.count")
public class StockCountHandler implements JobHandler<StockCount, String> {

  private final ShopJobs jobs;
  private final JdbcTemplate jdbc;

  /** Called by Spring. */
  public StockCountHandler(ShopJobs jobs, JdbcTemplate jdbc) {
    this.jobs = jobs;
    this.jdbc = jdbc;
  }

  @Override
  @Transactional
  public String execute(StockCount count, JobContext context) {
    jdbc.update("INSERT INTO stock (shelf) VALUES (?)", count.shelf());
    jobs.orderConfirm().submit(new OrderConfirm(count.shelf()), SubmitOptions.by("stock"));
    return TransactionSynchronizationManager.isActualTransactionActive()
        ? "in a transaction"
        : "without a transaction";
  }
}
