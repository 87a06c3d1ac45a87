package dev.tenon.jobs.testing;

import dev.tenon.jobs.JobService;
import java.sql.Connection;

/**
 * Assertions about jobs and handlers. They need no library for assertions, and may be imported
 * alongside those of AssertJ:
 *
 * <pre>{@code
 * import static dev.tenon.jobs.testing.JobAssertions.assertThat;
 * import static org.assertj.core.api.Assertions.assertThat;
 * }</pre>
 *
 * <p>All of them throw {@link AssertionError}.
 */
public final class JobAssertions {

  private static final String DEFAULT_SCHEMA = "tenon";

  private JobAssertions() {}

  /**
   * Asserts what was submitted.
   *
   * @param jobs {@link InMemoryJobs}, or the service of a runtime, which sees what is committed
   */
  public static JobsAssert assertThat(JobService jobs) {
    return new JobsAssert(JobReader.of(jobs));
  }

  /**
   * Asserts what was submitted, as the transaction of a test sees it: also what the transaction has
   * not committed, and what it will roll back.
   *
   * @param connection a connection to Tenon's database, which is neither committed nor closed
   */
  public static JobsAssert assertThatJobsIn(Connection connection) {
    return assertThatJobsIn(connection, DEFAULT_SCHEMA);
  }

  /**
   * Asserts what was submitted, as the transaction of a test sees it.
   *
   * @param connection a connection to Tenon's database, which is neither committed nor closed
   * @param schema the schema of Tenon's tables, if it is not {@code tenon}
   */
  public static JobsAssert assertThatJobsIn(Connection connection, String schema) {
    return new JobsAssert(JobReader.of(connection, schema));
  }

  /** Asserts what came of a call of a handler. */
  public static <R> HandlerRunAssert<R> assertThat(HandlerRun<R> run) {
    return new HandlerRunAssert<>(run);
  }
}
