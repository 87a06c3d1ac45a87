package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.JobService;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.util.StringUtils;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * Makes the runtime on the application's data source, and the job service. Each of them steps back
 * where the application has a bean of its type.
 */
@Factory
@Requires(property = "tenon.in-memory", defaultValue = StringUtils.FALSE, pattern = Switch.NOT_ON)
final class TenonFactory {

  /**
   * The runtime, which is started with the context and closed with it. It starts after the
   * application's migrations, which Micronaut runs when it makes the data source.
   */
  @Context
  @Bean(preDestroy = "close")
  @Requires(missingBeans = JobsRuntime.class)
  JobsRuntime tenonJobsRuntime(
      RuntimeSettings settings,
      JobsDataSource dataSource,
      JobModules modules,
      Optional<RabbitMqOptions> rabbitMqOptions,
      Optional<EncryptionKeys> encryptionKeys,
      Optional<StepTransactions> stepTransactions,
      Optional<CallerTransactions> transactions,
      List<JobListener> listeners,
      List<SubmitInterceptor> submitInterceptors,
      List<ExecutionInterceptor> executionInterceptors,
      List<JobsRuntimeBuilderCustomizer> customizers) {
    JobsRuntimeBuilder builder = settings.builder().dataSource(dataSource.pool());
    encryptionKeys.or(settings::encryptionKeys).ifPresent(builder::encryptionKeys);
    settings.rabbitMq(rabbitMqOptions).ifPresent(builder::rabbitMq);
    if (!modules.all().isEmpty()) {
      builder.modules(modules.all().toArray(ModuleDefinition[]::new));
    }
    stepTransactions
        .or(() -> transactions.map(CallerTransactions::forSteps))
        .ifPresent(builder::stepTransactions);
    listeners.forEach(builder::listener);
    submitInterceptors.forEach(builder::submitInterceptor);
    executionInterceptors.forEach(builder::executionInterceptor);
    customizers.forEach(customizer -> customizer.customize(builder));
    return builder.start();
  }

  /** The job service, which submits in the transaction of the caller. */
  @Singleton
  @Requires(missingBeans = JobService.class)
  JobService tenonJobService(JobsRuntime runtime, Optional<CallerTransactions> transactions) {
    return transactions
        .<JobService>map(each -> new MicronautJobService(runtime.jobs(), each))
        .orElseGet(runtime::jobs);
  }
}
