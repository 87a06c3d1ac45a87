package dev.tenon.jobs.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.store.Migrations;
import dev.tenon.jobs.testservers.PostgresDatabase;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Workflows against the real tables: whatever is done to them in whatever order, and by two at the
 * same moment, they stand as the model says. {@code -Dworkflows.seconds=600} looks for longer, and
 * {@code -Dworkflows.seed=7} begins with a seed that was named in a failure.
 */
@Tag("servers")
class WorkflowModelTest {

  private static final Duration LONG_ENOUGH =
      Duration.ofSeconds(Integer.getInteger("workflows.seconds", 25));

  private static PostgresDatabase postgres;
  private static HikariDataSource pool;

  @BeforeAll
  static void open() {
    postgres = PostgresDatabase.shared();
    Migrations.migrate(postgres.dataSource(), "tenon");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setUsername(postgres.user());
    config.setPassword(postgres.password());
    config.setMaximumPoolSize(4);
    config.addDataSourceProperty(
        "options", "-c plan_cache_mode=force_custom_plan -c synchronous_commit=off");
    pool = new HikariDataSource(config);
  }

  @AfterAll
  static void close() {
    pool.close();
    postgres.close();
  }

  private static int run(long seed) {
    Random random = new Random(seed);
    int steps = random.nextInt(8) == 0 ? 200 : 3 + random.nextInt(30);
    try (WorkflowRun run = new WorkflowRun(seed, pool)) {
      run.run(steps, steps * 3);
      return run.operations();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("With -Dworkflows.seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void theTablesAgreeWithTheModel() {
    long seed = Long.getLong("workflows.seed", new Random().nextInt(1_000_000));
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    int operations = 0;
    int runs = 0;
    do {
      operations += run(seed++);
      runs++;
    } while (System.nanoTime() < end);
    System.out.println(operations + " operations in " + runs + " runs");
  }
}
