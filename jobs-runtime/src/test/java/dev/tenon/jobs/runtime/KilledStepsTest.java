package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.TestJobs.Receipt;
import dev.tenon.jobs.testservers.JavaProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker is killed within each step of a handler, and another one continues. */
@Tag("thorough")
class KilledStepsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "first   | here, here, here",
        "once    | killed, asked by here, here",
        "reserve | killed, killed, here",
        "last    | killed, killed, here"
      })
  void anotherWorkerContinuesFromWhatIsRecorded(String killedIn, String result) throws Exception {
    try (Fixture fixture = Fixture.withoutRabbit()) {
      try (Connection connection = fixture.database().connect();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE public.reservations (job_id uuid NOT NULL)");
      }
      JobsRuntime runtime =
          fixture.start(fixture.builder().heartbeatInterval(Duration.ofMillis(500)));
      JobService jobs = runtime.jobs();
      UUID id;
      try (JavaProcess process = StepsProcess.start(fixture.database())) {
        process.awaitLine("working"::equals, PATIENCE);
        id = jobs.submit(TestJobs.ORDER, new Order(killedIn, 1), SubmitOptions.by("t")).jobId();
        process.awaitLine(("in " + killedIn)::equals, PATIENCE);
        process.kill();
      }
      runtime.startWorker(
          TestJobs.handlers()
              .with(
                  TestJobs.ORDER,
                  StepsProcess.STEPS,
                  (order, context) -> StepsProcess.handle(order, context, "here", name -> {})));
      Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED);
      assertThat(jobs.find(TestJobs.ORDER, id).orElseThrow().result())
          .contains(new Receipt(result));
      assertThat(reservations(fixture, id)).isOne();
    }
  }

  private static long reservations(Fixture fixture, UUID id) throws SQLException {
    try (Connection connection = fixture.database().connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT count(*) FROM public.reservations WHERE job_id = ?")) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
