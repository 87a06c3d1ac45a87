package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.CapturedLog;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** The leader says in the log which jobs wait for a deployment. */
class UnknownVersionsTest {

  @Test
  void theLogNamesTheVersionThatNoLiveWorkerKnowsOnce() throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit();
        CapturedLog log = CapturedLog.of("dev.tenon.jobs.internal.maintenance")) {
      JobsRuntime submitter = fixture.start(fixture.builder().maintenance(false));
      for (int i = 0; i < 2; i++) {
        submitter.jobs().submit(TestJobs.QUIET, new Order("x", 1), SubmitOptions.by("t"));
      }
      try (Connection connection = fixture.database().connect();
          Statement sql = connection.createStatement()) {
        sql.execute("UPDATE by_test.jobs SET version = 2");
      }
      submitter.startWorker(TestJobs.handlers().with(TestJobs.QUIET, (order, context) -> null));
      assertThat(log.warnings()).isEmpty();

      fixture.start();
      await().atMost(Fixture.PATIENCE).until(() -> !log.warnings().isEmpty());
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith("No live worker knows version 2 of 'test.order.note'; they know 1.")
          .contains("Deploy workers first.");
    }
  }
}
