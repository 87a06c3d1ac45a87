package dev.tenon.jobs.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tenon.jobs.JobService;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The contract of steps, in memory. */
class InMemoryStepsContractTest extends StepsContract {

  private final InMemoryJobs jobs = InMemoryJobs.of(handlers());

  @Override
  JobService service() {
    return jobs;
  }

  @Override
  void runUntil(BooleanSupplier condition) {
    int unused = jobs.advance(Duration.ofSeconds(1));
    assertThat(condition.getAsBoolean()).isTrue();
  }
}
