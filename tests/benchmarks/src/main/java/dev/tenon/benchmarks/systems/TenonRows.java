package dev.tenon.benchmarks.systems;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import dev.tenon.jobs.BatchJob;
import dev.tenon.jobs.JobBinding;
import dev.tenon.jobs.definition.BatchRule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Tenon with a handler that writes a row for each job, alone or with others. */
public final class TenonRows implements JobSystem {

  private static final BatchRule<Work> RULE = BatchRule.of(100, Duration.ofMillis(50));

  private final TenonSystem tenon;
  private final HikariDataSource pool;
  private final boolean inBatches;

  private TenonRows(Place place, TenonSystem tenon, boolean inBatches) throws SQLException {
    this.tenon = tenon;
    this.inBatches = inBatches;
    this.pool = Pools.open(place);
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      boolean unused =
          statement.execute(
              "CREATE TABLE IF NOT EXISTS bench_rows (number integer, customer text)");
    }
  }

  /** A transaction for each job. */
  public static TenonRows single(Place place, TenonSystem tenon) throws SQLException {
    return new TenonRows(place, tenon, false);
  }

  /** A statement for each batch. */
  public static TenonRows batches(Place place, TenonSystem tenon) throws SQLException {
    return new TenonRows(place, tenon, true);
  }

  @Override
  public void submit(Work work) {
    tenon.submit(work);
  }

  @Override
  public void submitAll(List<Work> works) {
    tenon.submitAll(works);
  }

  @Override
  public boolean isSettled() throws SQLException {
    return tenon.isSettled();
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    JobBinding<Work, Void> binding =
        inBatches
            ? new JobBinding<>(
                tenon.definition(),
                batch -> {
                  write(batch.stream().map(BatchJob::payload).toList());
                  batch.forEach(job -> handler.accept(job.payload()));
                },
                RULE)
            : new JobBinding<>(
                tenon.definition(),
                (work, context) -> {
                  write(List.of(work));
                  handler.accept(work);
                  return null;
                });
    return tenon.startWorker(handler, binding);
  }

  private void write(List<Work> works) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bench_rows SELECT * FROM unnest(?, ?)")) {
      insert.setArray(
          1, connection.createArrayOf("integer", works.stream().map(Work::number).toArray()));
      insert.setArray(
          2, connection.createArrayOf("text", works.stream().map(Work::customer).toArray()));
      int unused = insert.executeUpdate();
    }
  }

  @Override
  public long unfinished() throws SQLException {
    return tenon.unfinished();
  }

  @Override
  public void close() {
    tenon.close();
    pool.close();
  }
}
