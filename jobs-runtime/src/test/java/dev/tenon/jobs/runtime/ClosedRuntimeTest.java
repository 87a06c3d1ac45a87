package dev.tenon.jobs.runtime;

import static dev.tenon.jobs.TestJobs.ORDER;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tenon.jobs.Actor;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStoreException;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs.Order;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a caller hears who uses the jobs after the runtime, or its pool, was closed. */
class ClosedRuntimeTest {

  @Test
  void submittingAndReadingSayThatTheRuntimeWasClosed() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      JobsRuntime runtime = fixture.start();
      JobService jobs = runtime.jobs();
      runtime.close();

      assertSaysThatItIsClosed(jobs);
    }
  }

  @Test
  void soTheyDoIfThePoolOfTheApplicationWasClosed() {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      HikariDataSource pool = new HikariDataSource();
      pool.setJdbcUrl(fixture.database().url());
      pool.setUsername(fixture.database().user());
      pool.setPassword(fixture.database().password());
      JobsRuntime runtime =
          fixture.start(JobsRuntime.builder().dataSource(pool).closeOnShutdown(false));
      pool.close();

      assertSaysThatItIsClosed(runtime.jobs());
    }
  }

  private static void assertSaysThatItIsClosed(JobService jobs) {
    assertThatThrownBy(() -> jobs.submit(ORDER, new Order("a", 1), SubmitOptions.by("test")))
        .isInstanceOf(JobStoreException.class)
        .hasMessageContaining(
            "were not submitted: the runtime or its connection pool has been closed");
    assertThatThrownBy(() -> jobs.find(UUID.randomUUID()))
        .isInstanceOf(JobStoreException.class)
        .hasMessageContaining("cannot be read: the runtime or its connection pool has been closed");
    assertThatThrownBy(() -> jobs.cancel(UUID.randomUUID(), Actor.of("ann")))
        .isInstanceOf(JobStoreException.class)
        .hasMessageContaining("the runtime or its connection pool has been closed");
  }
}
