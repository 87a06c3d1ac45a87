package dev.tenon.jobs.testing;

import static org.awaitility.Awaitility.await;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.JobWorker;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract of steps, on PostgreSQL. */
class EmbeddedStepsContractTest extends StepsContract {

  @RegisterExtension final TenonExtension tenon = TenonExtension.create();

  private boolean isStarted;

  @Override
  JobService service() {
    return tenon.jobs();
  }

  @Override
  void runUntil(BooleanSupplier condition) {
    if (!isStarted) {
      JobWorker unused = tenon.startWorker(handlers());
      isStarted = true;
    }
    await().atMost(Duration.ofSeconds(60)).until(condition::getAsBoolean);
  }
}
