package dev.tenon.jobs.spring;

import static dev.tenon.jobs.runtime.ConfiguredValues.bytes;
import static dev.tenon.jobs.runtime.ConfiguredValues.use;

import dev.tenon.jobs.JobHandlers;
import dev.tenon.jobs.JobService;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.options.StepTransactions;
import dev.tenon.jobs.options.WorkerOptions;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Makes the beans of Tenon: the runtime on the application's data source, the job service, the
 * generated classes of each job module, and the workers. Each of them steps back where the
 * application has a bean of its type. {@link TenonProperties} are the settings.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
    })
@ConditionalOnBooleanProperty(name = "tenon.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TenonProperties.class)
@Import({GeneratedBeans.class, WorkersShutdown.class})
public class TenonAutoConfiguration {

  /** Called by Spring. */
  public TenonAutoConfiguration() {}

  /**
   * The runtime, which is started with the context and closed with it. It starts after Flyway,
   * Liquibase or SQL scripts of the application, so that these may make the schema for it.
   */
  @Bean
  @Lazy(false)
  @ConditionalOnMissingBean
  @DependsOnDatabaseInitialization
  public JobsRuntime tenonJobsRuntime(
      TenonProperties properties,
      @TenonDataSource ObjectProvider<DataSource> marked,
      ObjectProvider<DataSource> dataSources,
      ObjectProvider<RabbitMqOptions> rabbitMqOptions,
      ObjectProvider<RabbitMqConnection> rabbitMqConnection,
      ObjectProvider<SslBundles> sslBundles,
      ObjectProvider<EncryptionKeys> encryptionKeys,
      ObjectProvider<StepTransactions> stepTransactions,
      ObjectProvider<PlatformTransactionManager> transactionManagers,
      ObjectProvider<JobListener> listeners,
      ObjectProvider<SubmitInterceptor> submitInterceptors,
      ObjectProvider<ExecutionInterceptor> executionInterceptors,
      ObjectProvider<JobsRuntimeBuilderCustomizer> customizers,
      ResourceLoader resourceLoader,
      Environment environment) {
    JobsRuntimeBuilder builder =
        builder(properties, environment)
            .dataSource(JobsDataSource.choose(marked, dataSources).pool());
    EncryptionKeys keys = encryptionKeys.getIfAvailable(() -> keys(properties.encryption()));
    if (keys != null) {
      builder.encryptionKeys(keys);
    }
    new RabbitMqSettings(properties.rabbitmq(), environment)
        .choose(rabbitMqOptions, rabbitMqConnection, sslBundles)
        .ifPresent(builder::rabbitMq);
    List<ModuleDefinition> modules = GeneratedBeans.modules(resourceLoader.getClassLoader());
    if (!modules.isEmpty()) {
      builder.modules(modules.toArray(ModuleDefinition[]::new));
    }
    builder.stepTransactions(
        stepTransactions.getIfAvailable(
            () ->
                new SpringStepTransactions(
                    transactionManagers, () -> JobsDataSource.choose(marked, dataSources))));
    listeners.orderedStream().forEach(builder::listener);
    submitInterceptors.orderedStream().forEach(builder::submitInterceptor);
    executionInterceptors.orderedStream().forEach(builder::executionInterceptor);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return builder.start();
  }

  /** A builder with what the properties say of the runtime itself. */
  private static JobsRuntimeBuilder builder(TenonProperties properties, Environment environment) {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .migrate(properties.migrate())
            .maintenance(properties.maintenance())
            .fastRescue(properties.fastRescue())
            .sizeLimits(sizeLimits(properties.limits()))
            .unencryptedTypes(properties.encryption().unencryptedTypes().toArray(String[]::new))
            // Spring closes the runtime when the process is asked to end
            .closeOnShutdown(false);
    builder = use("tenon.schema", properties.schema(), builder::schema);
    builder =
        use("tenon.heartbeat-interval", properties.heartbeatInterval(), builder::heartbeatInterval);
    builder = use("tenon.start-timeout", properties.startTimeout(), builder::startTimeout);
    builder = use("tenon.max-crashes", properties.maxCrashes(), builder::maxCrashes);
    String submittedBy = properties.submittedBy();
    if (submittedBy != null) {
      return use("tenon.submitted-by", submittedBy, builder::submittedBy);
    }
    String application = environment.getProperty("spring.application.name");
    return application == null || application.isBlank()
        ? builder
        : use("spring.application.name", application, builder::submittedBy);
  }

  private static @Nullable EncryptionKeys keys(TenonProperties.Encryption encryption) {
    String keys = encryption.keys();
    return keys == null ? null : use("tenon.encryption.keys", keys, EncryptionKeys::parse);
  }

  private static SizeLimits sizeLimits(TenonProperties.Limits properties) {
    SizeLimits limits = SizeLimits.defaults();
    limits =
        use(
            "tenon.limits.payload",
            properties.payload().toBytes(),
            bytes(limits::withPayloadBytes));
    limits =
        use("tenon.limits.result", properties.result().toBytes(), bytes(limits::withResultBytes));
    limits =
        use(
            "tenon.limits.log-data",
            properties.logData().toBytes(),
            bytes(limits::withLogDataBytes));
    limits = use("tenon.limits.log-lines", properties.logLines(), limits::withLogLines);
    return use("tenon.limits.steps", properties.steps(), limits::withSteps);
  }

  /** The job service, which submits in Spring's transactions. */
  @Bean
  @ConditionalOnMissingBean
  public JobService tenonJobService(
      JobsRuntime runtime,
      @TenonDataSource ObjectProvider<DataSource> marked,
      ObjectProvider<DataSource> dataSources) {
    return new SpringJobService(runtime.jobs(), JobsDataSource.choose(marked, dataSources).bean());
  }

  /** The options of the workers. */
  @Bean
  @ConditionalOnMissingBean
  public WorkerOptions tenonWorkerOptions(TenonProperties properties) {
    TenonProperties.Worker worker = properties.worker();
    WorkerOptions options = WorkerOptions.defaults().withVirtualThreads(worker.virtualThreads());
    options = use("tenon.worker.concurrency", worker.concurrency(), options::withConcurrency);
    options = use("tenon.worker.grace-period", worker.gracePeriod(), options::withGracePeriod);
    String version = worker.applicationVersion();
    return version == null
        ? options
        : use("tenon.worker.application-version", version, options::withApplicationVersion);
  }

  /** The workers, started last and stopped first. */
  @Bean
  @Lazy(false)
  @ConditionalOnMissingBean
  @ConditionalOnBooleanProperty(name = "tenon.worker.enabled", matchIfMissing = true)
  public JobWorkers tenonJobWorkers(
      JobsRuntime runtime, ObjectProvider<JobHandlers> handlers, WorkerOptions options) {
    return new JobWorkers(runtime, handlers.orderedStream().toList(), options);
  }
}
