package dev.tenon.jobs.testing;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static dev.tenon.jobs.testing.JobAssertions.assertThatJobsIn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Without JUnit's extension: a runtime, and a transaction of the test that is rolled back. */
class RolledBackTest {

  @Test
  void assertionsSeeTheTransactionAndLeaveItOpen() throws SQLException {
    try (EmbeddedJobs tenon = EmbeddedJobs.start();
        Connection connection = tenon.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      SubmitOptions later = SubmitOptions.by("test").withDelay(Duration.ofHours(2));
      UUID unused =
          tenon
              .jobs()
              .in(connection)
              .submit(ParcelSendJob.DEFINITION, new ParcelSend("Bremen", 0), later)
              .jobId();

      assertThatJobsIn(connection)
          .submittedNo(PartIndexJob.DEFINITION)
          .submitted(ParcelSendJob.DEFINITION)
          .with(parcel -> parcel.address().equals("Bremen"))
          .dueIn(Duration.ofHours(2))
          .once();
      assertThat(tenon.jobs()).submittedNothing();
      assertThat(connection.isClosed()).isFalse();
      assertThat(connection.getAutoCommit()).isFalse();

      connection.rollback();
      assertThatJobsIn(connection).submittedNothing();
    }
  }

  @Test
  void theSchemaMayHaveAnotherName() throws SQLException {
    try (EmbeddedJobs tenon =
            EmbeddedJobs.start(builder -> builder.schema("jobs").submittedBy("test"));
        Connection connection = tenon.dataSource().getConnection()) {
      UUID id = new KitJobs(tenon.jobs()).parcelSend().submit(new ParcelSend("Bremen", 0)).jobId();
      assertThatJobsIn(connection, "jobs").submitted(ParcelSendJob.DEFINITION).submittedBy("test");
      assertThatThrownBy(() -> assertThatJobsIn(connection).submittedNothing())
          .hasMessageContaining("'tenon' cannot be read");
      tenon.startWorker(TestHandlers.all());
      Job job = tenon.awaitEnd(id, Duration.ofSeconds(30));
      assertThat(job.status()).isEqualTo(JobStatus.COMPLETED);
    }
  }
}
