package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.testing.InMemoryJobs;
import dev.tenon.jobs.testing.TestClock;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Makes jobs in memory in place of the runtime and the workers, for tests: {@code
 * tenon.in-memory=true}, with {@code jobs-testing} on the class path.
 */
@Factory
@Requires(classes = InMemoryJobs.class)
@Requires(property = "tenon.in-memory", pattern = Switch.ON)
final class InMemoryJobsFactory {

  @Singleton
  @Requires(missingBeans = TestClock.class)
  TestClock tenonTestClock() {
    return TestClock.startingNow();
  }

  /** The jobs. Handlers may need them, by way of what submits jobs, so they are asked for later. */
  @Singleton
  @Requires(missingBeans = InMemoryJobs.class)
  InMemoryJobs tenonInMemoryJobs(
      TestClock clock,
      BeanProvider<JobHandlers> handlers,
      JobModules modules,
      RuntimeSettings settings,
      List<SubmitInterceptor> submitInterceptors,
      List<ExecutionInterceptor> executionInterceptors) {
    InMemoryJobs.Builder builder =
        InMemoryJobs.builder()
            .clock(clock)
            .handlersLater(() -> handlers.stream().toList())
            .modules(modules.all().toArray(ModuleDefinition[]::new));
    submitInterceptors.forEach(builder::submitInterceptor);
    executionInterceptors.forEach(builder::executionInterceptor);
    return settings.setSubmitter(builder, builder::submittedBy).build();
  }
}
