package dev.tenon.jobs.quarkus;

import static dev.tenon.jobs.quarkus.Settings.use;
import static dev.tenon.jobs.runtime.ConfiguredValues.bytes;

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
import dev.tenon.jobs.runtime.JobWorkers;
import dev.tenon.jobs.runtime.JobsRuntime;
import dev.tenon.jobs.runtime.JobsRuntimeBuilder;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.transaction.TransactionIntegration;
import io.quarkus.agroal.DataSource;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the beans of Tenon: the runtime on a data source of the application, the job service, and
 * the workers. Each of them steps back where the application has a bean of its type. The generated
 * classes are beans themselves.
 */
@Singleton
final class TenonBeans {

  private final TenonConfig config;
  private final AgroalDataSource dataSource;

  TenonBeans(
      TenonConfig config,
      TenonBuildConfig buildConfig,
      @Any Instance<AgroalDataSource> dataSources) {
    this.config = config;
    this.dataSource =
        dataSources
            .select(
                buildConfig
                    .datasource()
                    .<Annotation>map(DataSource.DataSourceLiteral::new)
                    .orElse(Default.Literal.INSTANCE))
            .get();
  }

  /** The runtime, which is started with the application and closed with it. */
  @Produces
  @Singleton
  @DefaultBean
  JobsRuntime runtime(
      TenonPool pool,
      Instance<RabbitMqOptions> rabbitMqOptions,
      Instance<EncryptionKeys> encryptionKeys,
      Instance<StepTransactions> stepTransactions,
      @All List<JobListener> listeners,
      @All List<SubmitInterceptor> submitInterceptors,
      @All List<ExecutionInterceptor> executionInterceptors,
      @All List<JobsRuntimeBuilderCustomizer> customizers,
      @ConfigProperty(name = "quarkus.application.name") Optional<String> application) {
    JobsRuntimeBuilder builder = builder(application).dataSource(pool.open(dataSource));
    if (!encryptionKeys.isUnsatisfied()) {
      builder.encryptionKeys(encryptionKeys.get());
    } else {
      config
          .encryption()
          .keys()
          .map(keys -> use("quarkus.tenon.encryption.keys", keys, EncryptionKeys::parse))
          .ifPresent(builder::encryptionKeys);
    }
    rabbitMq(rabbitMqOptions).ifPresent(builder::rabbitMq);
    List<ModuleDefinition> modules = modules();
    if (!modules.isEmpty()) {
      builder.modules(modules.toArray(ModuleDefinition[]::new));
    }
    if (!stepTransactions.isUnsatisfied()) {
      builder.stepTransactions(stepTransactions.get());
    } else if (joinsTransactions()) {
      builder.stepTransactions(new QuarkusStepTransactions(dataSource));
    }
    listeners.forEach(builder::listener);
    submitInterceptors.forEach(builder::submitInterceptor);
    executionInterceptors.forEach(builder::executionInterceptor);
    customizers.forEach(customizer -> customizer.customize(builder));
    try {
      return builder.start();
    } catch (RuntimeException | Error e) {
      pool.close();
      throw e;
    }
  }

  /** A builder with what the configuration says of the runtime itself. */
  private JobsRuntimeBuilder builder(Optional<String> application) {
    JobsRuntimeBuilder builder =
        JobsRuntime.builder()
            .migrate(config.migrate())
            .maintenance(config.maintenance())
            .fastRescue(config.fastRescue())
            .sizeLimits(sizeLimits(config.limits()))
            .unencryptedTypes(
                config.encryption().unencryptedTypes().orElse(List.of()).toArray(String[]::new))
            // Quarkus closes the runtime when the process is asked to end
            .closeOnShutdown(false);
    builder = use("quarkus.tenon.schema", config.schema(), builder::schema);
    builder =
        use(
            "quarkus.tenon.heartbeat-interval",
            config.heartbeatInterval(),
            builder::heartbeatInterval);
    builder = use("quarkus.tenon.start-timeout", config.startTimeout(), builder::startTimeout);
    builder = use("quarkus.tenon.max-crashes", config.maxCrashes(), builder::maxCrashes);
    Optional<String> submittedBy = config.submittedBy();
    if (submittedBy.isPresent()) {
      return use("quarkus.tenon.submitted-by", submittedBy.get(), builder::submittedBy);
    }
    return application.isEmpty() || application.get().isBlank()
        ? builder
        : use("quarkus.application.name", application.get(), builder::submittedBy);
  }

  /** For a start that fails later; otherwise the runtime is closed already. */
  void close(@Disposes JobsRuntime runtime, TenonPool pool) {
    runtime.close();
    pool.close();
  }

  /** The modules that the class path lists, as the application sees it. */
  static List<ModuleDefinition> modules() {
    List<ModuleDefinition> modules = new ArrayList<>();
    ServiceLoader.load(ModuleDefinition.class, Thread.currentThread().getContextClassLoader())
        .forEach(modules::add);
    return modules;
  }

  /** Returns false if the data source was taken out of JTA transactions by its settings. */
  private boolean joinsTransactions() {
    return dataSource.getConfiguration().connectionPoolConfiguration().transactionIntegration()
        != TransactionIntegration.none();
  }

  private Optional<RabbitMqOptions> rabbitMq(Instance<RabbitMqOptions> own) {
    TenonConfig.RabbitMq rabbitMq = config.rabbitmq();
    if (!rabbitMq.enabled()) {
      return Optional.empty();
    }
    if (!own.isUnsatisfied()) {
      return Optional.of(own.get());
    }
    return rabbitMq
        .uris()
        .map(
            uris ->
                use(
                    "quarkus.tenon.rabbitmq.uris",
                    uris.toArray(String[]::new),
                    RabbitMqOptions::of))
        .map(
            options ->
                use(
                    "quarkus.tenon.rabbitmq.name-prefix",
                    rabbitMq.namePrefix().orElse(""),
                    options::withNamePrefix))
        .map(options -> options.withQueueKind(rabbitMq.queueKind()));
  }

  private static SizeLimits sizeLimits(TenonConfig.Limits config) {
    SizeLimits limits = SizeLimits.defaults();
    limits =
        use(
            "quarkus.tenon.limits.payload",
            config.payload().asLongValue(),
            bytes(limits::withPayloadBytes));
    limits =
        use(
            "quarkus.tenon.limits.result",
            config.result().asLongValue(),
            bytes(limits::withResultBytes));
    limits =
        use(
            "quarkus.tenon.limits.log-data",
            config.logData().asLongValue(),
            bytes(limits::withLogDataBytes));
    limits = use("quarkus.tenon.limits.log-lines", config.logLines(), limits::withLogLines);
    return use("quarkus.tenon.limits.steps", config.steps(), limits::withSteps);
  }

  /** The job service, which submits in JTA transactions. */
  @Produces
  @Singleton
  @DefaultBean
  JobService jobService(JobsRuntime runtime, TransactionSynchronizationRegistry transactions) {
    return joinsTransactions()
        ? new QuarkusJobService(runtime.jobs(), dataSource, transactions)
        : runtime.jobs();
  }

  /** The options of the workers. */
  @Produces
  @Singleton
  @DefaultBean
  WorkerOptions workerOptions() {
    TenonConfig.Worker worker = config.worker();
    WorkerOptions options = WorkerOptions.defaults().withVirtualThreads(worker.virtualThreads());
    options =
        use("quarkus.tenon.worker.concurrency", worker.concurrency(), options::withConcurrency);
    options =
        use("quarkus.tenon.worker.grace-period", worker.gracePeriod(), options::withGracePeriod);
    Optional<String> version = worker.applicationVersion();
    return version.isEmpty()
        ? options
        : use(
            "quarkus.tenon.worker.application-version",
            version.get(),
            options::withApplicationVersion);
  }

  /** The workers, which are started last and stopped first. */
  @Produces
  @Singleton
  @DefaultBean
  JobWorkers workers(JobsRuntime runtime, @All List<JobHandlers> handlers, WorkerOptions options) {
    return new JobWorkers(runtime, handlers, options);
  }
}
