package dev.tenon.jobs.internal.maintenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tenon.jobs.internal.leader.LeaderStore;
import dev.tenon.jobs.internal.sql.Database;
import dev.tenon.jobs.internal.sql.StoreUnavailableException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  private final AtomicLong nanos = new AtomicLong();
  private final BatchSize batches = new BatchSize("rows", 1000, nanos::get);

  /** What a statement throws that ends with this SQL state. */
  private static StoreUnavailableException failure(String sqlState) {
    DataSource source =
        (DataSource)
            Proxy.newProxyInstance(
                BatchSizeTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLException("test", sqlState);
                });
    LeaderStore store = new LeaderStore(new Database(source, source, source, "tenon"));
    return catchThrowableOfType(
        StoreUnavailableException.class, () -> store.acquire("test", Duration.ofSeconds(1)));
  }

  /** A statement that takes a millisecond for each row, and is ended after some time. */
  private int run(long maxMillis) {
    return batches
        .run(
            limit -> {
              nanos.addAndGet(Duration.ofMillis(Math.min(limit, maxMillis)).toNanos());
              if (limit > maxMillis) {
                throw failure("57014");
              }
              return limit;
            })
        .orElse(0);
  }

  @Test
  void whatTookTooLongIsTriedWithHalfAsMany() {
    assertThat(run(100)).isZero();
    assertThat(batches.current()).isEqualTo(500);
    assertThat(run(100)).isZero();
    assertThat(run(100)).isZero();
    assertThat(run(100)).isZero();
    assertThat(run(100)).isEqualTo(62);
  }

  @Test
  void oneRowIsTheLeastAndItsFailureIsReported() {
    while (batches.current() > 1) {
      assertThat(run(0)).isZero();
    }
    assertThatThrownBy(() -> run(0)).isInstanceOf(StoreUnavailableException.class);
    assertThat(batches.current()).isEqualTo(1);
  }

  @Test
  void itGrowsAgainUpToTheMaximumOnceStatementsAreQuick() {
    while (batches.current() > 1) {
      assertThat(run(0)).isZero();
    }
    assertThat(run(5_000)).isEqualTo(1);
    assertThat(run(5_000)).isEqualTo(2);
    while (batches.current() < 1000) {
      assertThat(run(5_000)).isPositive();
    }
    // A second is not quick
    assertThat(run(5_000)).isEqualTo(1000);
    assertThat(batches.current()).isEqualTo(1000);
  }

  @Test
  void anotherFailureChangesNothing() {
    assertThatThrownBy(
            () ->
                batches.run(
                    limit -> {
                      throw failure("08006");
                    }))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(batches.current()).isEqualTo(1000);
  }
}
