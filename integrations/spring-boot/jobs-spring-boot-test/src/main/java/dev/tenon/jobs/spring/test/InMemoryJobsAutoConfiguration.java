package dev.tenon.jobs.spring.test;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.spring.GeneratedBeans;
import dev.tenon.jobs.testing.InMemoryJobs;
import dev.tenon.jobs.testing.TestClock;
import java.util.ServiceLoader;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;

/**
 * Makes the beans of {@link InMemoryJobsTest}: jobs in memory, and the generated classes on them.
 */
@AutoConfiguration
@Import(GeneratedBeans.class)
class InMemoryJobsAutoConfiguration {

  InMemoryJobsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  TestClock tenonTestClock() {
    return TestClock.startingNow();
  }

  /** The jobs. Handlers may need them, by way of what submits jobs, so they are asked for later. */
  @Bean
  @ConditionalOnMissingBean
  InMemoryJobs tenonInMemoryJobs(
      TestClock clock,
      ObjectProvider<JobHandlers> handlers,
      ObjectProvider<SubmitInterceptor> submitInterceptors,
      ObjectProvider<ExecutionInterceptor> executionInterceptors,
      ResourceLoader resourceLoader,
      Environment environment) {
    InMemoryJobs.Builder builder =
        InMemoryJobs.builder()
            .clock(clock)
            .handlersLater(() -> handlers.orderedStream().toList())
            .modules(
                ServiceLoader.load(ModuleDefinition.class, resourceLoader.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toArray(ModuleDefinition[]::new));
    submitInterceptors.orderedStream().forEach(builder::submitInterceptor);
    executionInterceptors.orderedStream().forEach(builder::executionInterceptor);
    String submittedBy =
        environment.getProperty(
            "tenon.submitted-by", environment.getProperty("spring.application.name", ""));
    return submittedBy.isEmpty() ? builder.build() : builder.submittedBy(submittedBy).build();
  }
}
