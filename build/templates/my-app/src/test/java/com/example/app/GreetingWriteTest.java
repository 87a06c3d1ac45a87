package com.example.app;

import static dev.tenon.jobs.testing.JobAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
import dev.tenon.jobs.SubmitOptions;
import dev.tenon.jobs.testing.HandlerRun;
import dev.tenon.jobs.testing.HandlerTest;
import dev.tenon.jobs.testing.TenonExtension;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GreetingWriteTest {

  /** Gives each test a PostgreSQL database and a worker. */
  @RegisterExtension
  final TenonExtension tenon =
      TenonExtension.withWorker(new AppJobsHandlers(new GreetingWriteHandler()));

  /** Calls the handler alone, without a database. */
  @Test
  void greetsByName() {
    HandlerRun<String> run =
        HandlerTest.of(GreetingWriteJob.DEFINITION, new GreetingWriteHandler())
            .run(new GreetingWrite("Ada"));

    assertThat(run).isCompletedWith("Hello, Ada!");
  }

  /** Runs a job as in production. */
  @Test
  void writesAGreeting() {
    AppJobs jobs = new AppJobs(tenon.jobs());
    UUID id = jobs.greetingWrite().submit(new GreetingWrite("Ada"), SubmitOptions.by("test")).jobId();

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(60));

    assertEquals(JobStatus.COMPLETED, job.status());
    assertEquals("Hello, Ada!", jobs.greetingWrite().find(id).orElseThrow().result().orElseThrow());
  }

  @Test
  void refusesANameThatIsBlank() {
    AppJobs jobs = new AppJobs(tenon.jobs());

    assertThrows(
        InvalidPayloadException.class,
        () -> jobs.greetingWrite().submit(new GreetingWrite(" "), SubmitOptions.by("test")));
  }
}
