package dev.tenon.jobs.testing;

import dev.tenon.jobs.Job;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract, on PostgreSQL. */
class EmbeddedJobsContractTest extends JobServiceContract {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  @Override
  JobService service() {
    return tenon.jobs();
  }

  @Override
  Job end(UUID id) {
    JobWorker worker = tenon.startWorker(TestHandlers.all());
    Job job = tenon.awaitEnd(id, PATIENCE);
    worker.close();
    return job;
  }
}
