package dev.tenon.benchmarks.systems;

import dev.tenon.benchmarks.JobSystem;
import dev.tenon.benchmarks.Place;
import dev.tenon.benchmarks.Work;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Tenon with many jobs of the same type that wait for a signal, which never comes. */
public final class TenonWaiting implements JobSystem {

  private static final String SCRIPT = "waiting-jobs.sql";

  /**
   * Nothing else is due later than in an hour. In the form of the index that claims use, since the
   * others are not to be read.
   */
  private static final String UNFINISHED =
      """
      SELECT count(*) FROM tenon.live_jobs
      WHERE type = 'bench.work' AND priority IN (0, 1, 2, 3) AND run_at < now() + interval '1 hour'
        AND parked_at IS NULL AND limit_key IS NULL
      """;

  private static final String PENDING = UNFINISHED + " AND status = 'pending'";

  private final TenonSystem tenon;

  private TenonWaiting(TenonSystem tenon) {
    this.tenon = tenon;
  }

  /**
   * Tenon with such jobs.
   *
   * @param count how many
   */
  public static TenonWaiting fill(TenonSystem tenon, Place place, int count)
      throws IOException, SQLException {
    try (InputStream script =
            Objects.requireNonNull(TenonWaiting.class.getResourceAsStream(SCRIPT), SCRIPT);
        Connection connection =
            DriverManager.getConnection(place.url(), place.user(), place.password());
        Statement statement = connection.createStatement()) {
      String sql = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      boolean unused = statement.execute(sql.replace(":waiting", String.valueOf(count)));
      unused = statement.execute("VACUUM ANALYZE");
      unused = statement.execute("CHECKPOINT");
    }
    return new TenonWaiting(tenon);
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
    return tenon.number(PENDING) == 0;
  }

  @Override
  public Worker startWorker(Consumer<Work> handler) {
    return tenon.startWorker(handler);
  }

  @Override
  public long unfinished() throws SQLException {
    return tenon.number(UNFINISHED);
  }

  @Override
  public void close() {
    tenon.close();
  }
}
