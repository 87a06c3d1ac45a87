package dev.tenon.jobs.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobAttempt;
import dev.tenon.jobs.JobError;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.TestJobs;
import dev.tenon.jobs.TestJobs.Order;
import dev.tenon.jobs.libraries.jooq.SQLDialect;
import dev.tenon.jobs.libraries.jooq.impl.DSL;
import dev.tenon.jobs.testservers.JavaProcess;
import dev.tenon.jobs.testservers.RabbitVirtualHost.Depth;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that are too large for the memory of a worker. */
@Tag("thorough")
class OutOfMemoryTest {

  private static final int TOO_LARGE = 60_000_000;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aJobThatDoesNotFitIntoMemoryFailsAndHoldsUpNoOther(boolean withRabbit) throws Exception {
    try (Fixture fixture = withRabbit ? Fixture.withRabbit() : Fixture.withoutRabbit()) {
      JobService jobs = fixture.start().jobs();
      List<UUID> ids = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ids.add(submit(jobs));
      }
      UUID tooLarge = ids.remove(10);
      try (Connection connection = fixture.database().connect()) {
        DSL.using(connection, SQLDialect.POSTGRES)
            .execute(
                "UPDATE by_test.jobs SET payload_bytes = {0}, payload = json_build_object("
                    + "'name', repeat('x', {0}), 'quantity', 1) WHERE id = {1}",
                DSL.inline(TOO_LARGE), DSL.val(tooLarge));
      }
      try (JavaProcess process =
          WorkerProcess.start(
              fixture.database(),
              withRabbit ? fixture.host().uri() : null,
              20,
              Duration.ofSeconds(1),
              "-Xmx64m")) {
        process.awaitLine("working"::equals, Fixture.PATIENCE);
        Job job = Fixture.awaitStatus(jobs, tooLarge, JobStatus.FAILED);
        assertThat(job.crashes()).isEqualTo(3);
        assertThat(job.attempts()).isZero();
        assertThat(job.error().orElseThrow().reason()).isEqualTo(JobError.Reason.OUT_OF_MEMORY);
        assertThat(job.error().orElseThrow().message().orElseThrow())
            .contains("The payload has 57.2 MiB and does not fit into the memory of worker");
        assertThat(jobs.attempts(tooLarge))
            .filteredOn(attempt -> attempt.outcome() == JobAttempt.Outcome.LOST)
            .hasSize(3);
        process.awaitLine(line -> line.contains("failed with out of memory"), Fixture.PATIENCE);
        process.awaitLine(
            line -> line.startsWith("unhealthy") && line.contains("memory ran out"),
            Fixture.PATIENCE);
        ids.add(submit(jobs));
        ids.forEach(id -> Fixture.awaitStatus(jobs, id, JobStatus.COMPLETED));
        assertThat(ids)
            .allSatisfy(id -> assertThat(jobs.get(id).crashes()).as("crashes of others").isZero());
        if (withRabbit) {
          await("every pointer is settled")
              .atMost(Fixture.PATIENCE)
              .until(
                  () ->
                      fixture.host().queues().values().stream()
                          .allMatch(depth -> depth.equals(new Depth(0, 0))));
        }
        assertThat(process.isAlive()).isTrue();
      }
    }
  }

  private static UUID submit(JobService jobs) {
    return jobs.submit(TestJobs.ORDER, new Order("small", 1), SubmitOptions.by("tester")).jobId();
  }
}
