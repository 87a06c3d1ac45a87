package dev.tenon.jobs.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardUser;
import dev.tenon.jobs.testservers.PostgresDatabase;
import io.quarkus.test.QuarkusUnitTest;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A setting of the dashboard that cannot be used ends the start before a worker claims jobs, which
 * it could not finish.
 */
class WrongDashboardTest {

  private static final PostgresDatabase DATABASE = PostgresDatabase.shared();

  @RegisterExtension
  static final QuarkusUnitTest APPLICATION =
      new QuarkusUnitTest()
          .withApplicationRoot(
              jar ->
                  Labels.addTo(
                      jar.addClass(Access.class),
                      Labels.properties(DATABASE)
                          + """
                          quarkus.http.test-port=0
                          quarkus.tenon.dashboard.max-streams=-1
                          """))
          .setLogRecordPredicate(record -> record.getLoggerName().startsWith("dev.tenon"))
          .assertLogRecords(
              records ->
                  assertThat(records)
                      .extracting(record -> record.getMessage())
                      .anyMatch(message -> message.startsWith("Tenon has started"))
                      .noneMatch(message -> message.startsWith("Worker ")))
          .assertException(
              failure ->
                  assertThat(failure)
                      .hasStackTraceContaining(
                          "Tenon cannot use the value of the property quarkus.tenon.dashboard.max-streams."));

  /** Lets nobody in. */
  static class Access {

    @Produces
    @Singleton
    AccessPolicy policy() {
      return request -> DashboardUser.nobody();
    }
  }

  @AfterAll
  static void dropDatabase() {
    DATABASE.close();
  }

  @Test
  void theStartFails() {
    fail("The application has started");
  }
}
