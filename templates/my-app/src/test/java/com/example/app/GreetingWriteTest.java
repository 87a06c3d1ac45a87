package com.example.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tenon.jobs.InvalidPayloadException;
import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobStatus;
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

  @Test
  void writesAGreeting() {
    AppJobs jobs = new AppJobs(tenon.jobs());
    UUID id = jobs.greetingWrite().submit(new GreetingWrite("Ada"), "test");

    Job job = tenon.awaitEnd(id, Duration.ofSeconds(10));

    assertEquals(JobStatus.COMPLETED, job.status());
    assertEquals("Hello, Ada!", jobs.greetingWrite().find(id).orElseThrow().result());
  }

  @Test
  void refusesANameThatIsBlank() {
    AppJobs jobs = new AppJobs(tenon.jobs());

    assertThrows(
        InvalidPayloadException.class,
        () -> jobs.greetingWrite().submit(new GreetingWrite(" "), "test"));
  }
}
