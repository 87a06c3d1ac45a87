package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import java.time.Duration;
import java.util.UUID;

/** The contract, in memory. */
class InMemoryJobsContractTest extends JobServiceContract {

  private final InMemoryJobs jobs = InMemoryJobs.of(TestHandlers.all());

  @Override
  JobService service() {
    return jobs;
  }

  @Override
  Job end(UUID id) {
    int unused = jobs.advance(Duration.ofSeconds(1));
    return jobs.get(id);
  }
}
