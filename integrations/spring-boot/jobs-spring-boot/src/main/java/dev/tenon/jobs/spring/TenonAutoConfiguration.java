package dev.tenon.jobs.spring;

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
import java.util.function.Function;
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
import org.springframework.util.unit.DataSize;

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
@Import(GeneratedBeans.class)
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
        JobsRuntime.builder()
            .dataSource(JobsDataSource.choose(marked, dataSources).pool())
            .migrate(properties.migrate())
            .maintenance(properties.maintenance())
            .fastRescue(properties.fastRescue())
            .sizeLimits(sizeLimits(properties.limits()))
            .unencryptedTypes(properties.encryption().unencryptedTypes().toArray(String[]::new))
            // Spring closes the runtime when the process is asked to end
            .closeOnShutdown(false);
    set("tenon.schema", properties.schema(), builder::schema);
    set("tenon.heartbeat-interval", properties.heartbeatInterval(), builder::heartbeatInterval);
    set("tenon.start-timeout", properties.startTimeout(), builder::startTimeout);
    set("tenon.max-crashes", properties.maxCrashes(), builder::maxCrashes);
    String submittedBy = properties.submittedBy();
    String application = environment.getProperty("spring.application.name");
    if (submittedBy != null) {
      set("tenon.submitted-by", submittedBy, builder::submittedBy);
    } else if (application != null && !application.isBlank()) {
      set("spring.application.name", application, builder::submittedBy);
    }
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

  private static @Nullable EncryptionKeys keys(TenonProperties.Encryption encryption) {
    String keys = encryption.keys();
    return keys == null
        ? null
        : WrongPropertyException.useSecret(
            "tenon.encryption.keys", () -> EncryptionKeys.parse(keys));
  }

  private static <V> void set(String property, V value, Function<V, JobsRuntimeBuilder> setter) {
    JobsRuntimeBuilder unused =
        WrongPropertyException.use(property, value, () -> setter.apply(value));
  }

  private static SizeLimits sizeLimits(TenonProperties.Limits limits) {
    SizeLimits bytes =
        SizeLimits.defaults()
            .withPayloadBytes(bytes("tenon.limits.payload", limits.payload()))
            .withResultBytes(bytes("tenon.limits.result", limits.result()))
            .withLogDataBytes(bytes("tenon.limits.log-data", limits.logData()));
    SizeLimits lines =
        WrongPropertyException.use(
            "tenon.limits.log-lines",
            limits.logLines(),
            () -> bytes.withLogLines(limits.logLines()));
    return WrongPropertyException.use(
        "tenon.limits.steps", limits.steps(), () -> lines.withSteps(limits.steps()));
  }

  private static int bytes(String property, DataSize size) {
    return WrongPropertyException.use(
        property,
        size,
        () -> {
          long bytes = size.toBytes();
          if (bytes < 1 || bytes > SizeLimits.MAX_BYTES) {
            throw new IllegalArgumentException(
                "The size is %s; it must be from 1B to %dB (%dMB)."
                    .formatted(
                        size,
                        SizeLimits.MAX_BYTES,
                        DataSize.ofBytes(SizeLimits.MAX_BYTES).toMegabytes()));
          }
          return (int) bytes;
        });
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
    WorkerOptions concurrent =
        WrongPropertyException.use(
            "tenon.worker.concurrency",
            worker.concurrency(),
            () -> options.withConcurrency(worker.concurrency()));
    WorkerOptions patient =
        WrongPropertyException.use(
            "tenon.worker.grace-period",
            worker.gracePeriod(),
            () -> concurrent.withGracePeriod(worker.gracePeriod()));
    String version = worker.applicationVersion();
    return version == null
        ? patient
        : WrongPropertyException.use(
            "tenon.worker.application-version",
            version,
            () -> patient.withApplicationVersion(version));
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
