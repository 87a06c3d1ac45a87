package dev.tenon.jobs.runtime;

import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import dev.tenon.jobs.intercept.ExecutionInterceptor;
import dev.tenon.jobs.intercept.SubmitInterceptor;
import dev.tenon.jobs.internal.broker.Queues;
import dev.tenon.jobs.internal.broker.Topology;
import dev.tenon.jobs.internal.listeners.JobListeners;
import dev.tenon.jobs.internal.sql.DatabaseUrl;
import dev.tenon.jobs.internal.submit.SubmitInterceptors;
import dev.tenon.jobs.internal.submit.SubmittedValues;
import dev.tenon.jobs.internal.values.Encryption;
import dev.tenon.jobs.internal.values.ValueStorage;
import dev.tenon.jobs.listen.JobListener;
import dev.tenon.jobs.options.EncryptionKeys;
import dev.tenon.jobs.options.RabbitMqOptions;
import dev.tenon.jobs.options.SizeLimits;
import dev.tenon.jobs.options.StepTransactions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds a {@link JobsRuntime}. Only a database is required. Not thread-safe. */
public final class JobsRuntimeBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(JobsRuntime.class);
  private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final Duration MIN_HEARTBEAT_INTERVAL = Duration.ofMillis(100);
  private static final Duration MAX_HEARTBEAT_INTERVAL = Duration.ofHours(1);
  private static final Duration MIN_START_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration MAX_START_TIMEOUT = Duration.ofMinutes(10);

  private @Nullable String url;
  private String user = "";
  private String password = "";
  private @Nullable DataSource dataSource;
  private @Nullable DataSource controlDataSource;
  private String schema = "tenon";
  private boolean migrates = true;
  private @Nullable RabbitMqOptions rabbitMq;
  private Duration heartbeatInterval = Duration.ofSeconds(5);
  private Duration startTimeout = DatabaseStart.DEFAULT_LIMIT;
  private int maxCrashes = 3;
  private boolean fastRescue = true;
  private SizeLimits sizeLimits = SizeLimits.defaults();
  private @Nullable EncryptionKeys encryptionKeys;
  private Set<String> unencryptedTypes = Set.of();
  private boolean maintenance = true;
  private boolean closesOnShutdown = true;
  private Clock clock = Clock.systemUTC();
  private @Nullable List<ModuleDefinition> modules;
  private @Nullable Supplier<String> submittedBy;
  private @Nullable StepTransactions stepTransactions;
  private final List<JobListener> listeners = new ArrayList<>();
  private final List<SubmitInterceptor> submitInterceptors = new ArrayList<>();
  private final List<ExecutionInterceptor> executionInterceptors = new ArrayList<>();

  JobsRuntimeBuilder() {}

  /**
   * Sets the PostgreSQL database of the jobs; the runtime creates its own connection pools.
   *
   * @param url the JDBC URL, such as {@code jdbc:postgresql://localhost:5432/app}
   * @param user the user, who owns the schema or may create it
   * @param password the password; empty for none
   */
  public JobsRuntimeBuilder database(String url, String user, String password) {
    this.url = Objects.requireNonNull(url, "url");
    this.user = Objects.requireNonNull(user, "user");
    this.password = Objects.requireNonNull(password, "password");
    return this;
  }

  /**
   * Sets the PostgreSQL database of the jobs, with a pool of the application. If it is a {@code
   * HikariDataSource}, the runtime opens up to twelve additional connections to the same database,
   * as the same user, for claims, outcomes, heartbeats, notifications and searches; otherwise set
   * {@link #controlDataSource}.
   */
  public JobsRuntimeBuilder dataSource(DataSource dataSource) {
    this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    return this;
  }

  /**
   * Sets a pool of at least four read-committed connections to the same database, which only Tenon
   * uses. Only with {@link #dataSource}.
   */
  public JobsRuntimeBuilder controlDataSource(DataSource controlDataSource) {
    this.controlDataSource = Objects.requireNonNull(controlDataSource, "controlDataSource");
    return this;
  }

  /**
   * Sets the schema of Tenon's tables. Default: {@code tenon}.
   *
   * @throws IllegalArgumentException if it is not a lower-case SQL name of up to 63 letters, digits
   *     and underscores, or begins with {@code pg_}
   */
  public JobsRuntimeBuilder schema(String schema) {
    require(
        SCHEMA.matcher(schema).matches(),
        "The schema is '"
            + schema
            + "'; it must be a lower-case SQL name of up to 63 letters, digits and underscores.");
    require(
        !schema.startsWith("pg_"),
        "The schema is '" + schema + "'; names that begin with pg_ are PostgreSQL's own.");
    this.schema = schema;
    return this;
  }

  /** Sets whether the schema is created or brought up to date at the start. Default: yes. */
  public JobsRuntimeBuilder migrate(boolean migrates) {
    this.migrates = migrates;
    return this;
  }

  /** Sets the URI of RabbitMQ. Default: no RabbitMQ; workers take their jobs from the table. */
  public JobsRuntimeBuilder rabbitMq(String uri) {
    return rabbitMq(RabbitMqOptions.of(uri));
  }

  /** Sets the options of RabbitMQ. Default: no RabbitMQ; workers take their jobs from the table. */
  public JobsRuntimeBuilder rabbitMq(RabbitMqOptions rabbitMq) {
    this.rabbitMq = Objects.requireNonNull(rabbitMq, "rabbitMq");
    return this;
  }

  /**
   * Sets the interval between two heartbeats of a worker. After three intervals without a heartbeat
   * the worker counts as lost, and its jobs run elsewhere. All runtimes on a database should have
   * the same interval. Default: 5 s.
   *
   * @throws IllegalArgumentException if it is not from 100 ms to 1 hour
   */
  public JobsRuntimeBuilder heartbeatInterval(Duration heartbeatInterval) {
    require(
        heartbeatInterval.compareTo(MIN_HEARTBEAT_INTERVAL) >= 0
            && heartbeatInterval.compareTo(MAX_HEARTBEAT_INTERVAL) <= 0,
        "The heartbeatInterval is " + heartbeatInterval + "; it must be from 100 ms to 1 hour.");
    this.heartbeatInterval = heartbeatInterval;
    return this;
  }

  /**
   * Sets the time that {@link #start()} waits for PostgreSQL before it fails: once before the
   * migrations, and again after them. The migrations may take longer. The time that this process
   * needs for its own work, such as loading classes, does not count. Default: 9 s.
   *
   * @throws IllegalArgumentException if it is not from 1 second to 10 minutes
   */
  public JobsRuntimeBuilder startTimeout(Duration startTimeout) {
    require(
        startTimeout.compareTo(MIN_START_TIMEOUT) >= 0
            && startTimeout.compareTo(MAX_START_TIMEOUT) <= 0,
        "The startTimeout is " + startTimeout + "; it must be from 1 second to 10 minutes.");
    this.startTimeout = startTimeout;
    return this;
  }

  /**
   * Sets the number of lost workers that makes a job fail, because it seems to kill them. Default:
   * 3.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public JobsRuntimeBuilder maxCrashes(int maxCrashes) {
    require(maxCrashes >= 1, "maxCrashes is " + maxCrashes + "; it must be at least 1.");
    this.maxCrashes = maxCrashes;
    return this;
  }

  /**
   * Sets whether the jobs of this process run elsewhere within seconds if it is killed, and whether
   * it finds out about others in the same way. A process with workers, and the leader of
   * maintenance, then listen on a TCP port that the operating system chooses, on all addresses of
   * the host. Whoever connects gets a random token and nothing else. If the processes do not reach
   * each other's ports, or this is switched off, a killed worker counts as lost after three missed
   * heartbeats. Default: yes.
   */
  public JobsRuntimeBuilder fastRescue(boolean fastRescue) {
    this.fastRescue = fastRescue;
    return this;
  }

  /** Sets whether this process takes part in maintenance. At least one must. Default: yes. */
  public JobsRuntimeBuilder maintenance(boolean maintenance) {
    this.maintenance = maintenance;
    return this;
  }

  /** Sets whether the runtime is closed when the process gets a signal to end. Default: yes. */
  public JobsRuntimeBuilder closeOnShutdown(boolean closesOnShutdown) {
    this.closesOnShutdown = closesOnShutdown;
    return this;
  }

  /** Sets the size limits of payloads, results and logs. Default: {@link SizeLimits#defaults()}. */
  public JobsRuntimeBuilder sizeLimits(SizeLimits sizeLimits) {
    this.sizeLimits = Objects.requireNonNull(sizeLimits, "sizeLimits");
    return this;
  }

  /**
   * Sets the keys that encrypt the values of {@link dev.tenon.jobs.annotation.Sensitive} components
   * in the database, in payloads and results. All processes on a database need the same keys: a
   * process without them stores readable values, and leaves jobs that it cannot read to others.
   * Default: none; the values are readable in the database.
   */
  public JobsRuntimeBuilder encryptionKeys(EncryptionKeys encryptionKeys) {
    this.encryptionKeys = Objects.requireNonNull(encryptionKeys, "encryptionKeys");
    return this;
  }

  /**
   * Sets job types whose values are not encrypted although there are keys. Use it for types that
   * workers in other languages run, if they have sensitive components. Default: none.
   */
  public JobsRuntimeBuilder unencryptedTypes(String... jobTypes) {
    this.unencryptedTypes = Set.copyOf(List.of(jobTypes));
    return this;
  }

  /**
   * Sets the clock for deadlines and log lines. Due times are by the database's clock. Default:
   * that of the machine.
   */
  public JobsRuntimeBuilder clock(Clock clock) {
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Sets the default submitter, for callers that name none: a fixed name, such as that of the
   * program. Default: the caller must name the submitter.
   *
   * @throws IllegalArgumentException if it is blank, is too long or has a character that cannot be
   *     stored
   */
  public JobsRuntimeBuilder submittedBy(String submittedBy) {
    String checked = SubmittedValues.submittedBy(submittedBy);
    return submittedBy(() -> checked);
  }

  /**
   * Sets the default submitter, for callers that name none: for instance the user who is logged in.
   *
   * @param submittedBy is called for each job, on the thread that submits; must not return null or
   *     a blank string
   */
  public JobsRuntimeBuilder submittedBy(Supplier<String> submittedBy) {
    this.submittedBy = Objects.requireNonNull(submittedBy, "submittedBy");
    return this;
  }

  /**
   * Adds a listener, which is called when the runtime does something with jobs, for metrics, traces
   * and notifications. Several listeners are called in the order that they were added in.
   */
  public JobsRuntimeBuilder listener(JobListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Adds an interceptor, which is called for each job before it is submitted. Several are called in
   * the order that they were added in.
   */
  public JobsRuntimeBuilder submitInterceptor(SubmitInterceptor interceptor) {
    submitInterceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
    return this;
  }

  /**
   * Adds an interceptor, which runs around each call of a handler. The one that was added first is
   * the outermost.
   */
  public JobsRuntimeBuilder executionInterceptor(ExecutionInterceptor interceptor) {
    executionInterceptors.add(Objects.requireNonNull(interceptor, "interceptor"));
    return this;
  }

  /**
   * Sets what runs the steps of handlers that write to PostgreSQL in one transaction with their
   * record, such as an integration with a framework. Default: transactions on connections of {@link
   * #dataSource}, or of the runtime's own pool for submitting and reading.
   *
   * @param stepTransactions runs transactions on the database that has Tenon's tables; that is
   *     checked when a worker starts whose handlers have such steps
   */
  public JobsRuntimeBuilder stepTransactions(StepTransactions stepTransactions) {
    this.stepTransactions = Objects.requireNonNull(stepTransactions, "stepTransactions");
    return this;
  }

  /**
   * Sets the generated modules whose job types this process submits or runs. Default: all modules
   * that {@code META-INF/services}, or the descriptor of a Java module, names. A process that only
   * looks after the jobs of others has none: {@code modules()}.
   */
  public JobsRuntimeBuilder modules(ModuleDefinition... modules) {
    this.modules = List.of(modules);
    return this;
  }

  /**
   * Builds the runtime and starts it.
   *
   * @throws IllegalArgumentException if a setting is wrong; the message names it
   * @throws dev.tenon.jobs.JobsException if there are no modules, because the annotation processor
   *     did not run or because they are not listed; if one of them cannot be loaded; or if two of
   *     them declare the same job type
   * @throws dev.tenon.jobs.JobsStartException if the database does not answer within the
   *     {@linkplain #startTimeout start timeout}, is not one that Tenon supports, lacks the schema
   *     or rights, or is read-only, or if a declared schedule cannot be stored; the message says
   *     how to fix it. RabbitMQ need not be available: the runtime connects when it is.
   * @throws dev.tenon.jobs.JobStoreException if the database fails after these checks
   */
  public JobsRuntime start() {
    validate();
    List<ModuleDefinition> found = modules != null ? modules : JobModules.find();
    JobModules.check(found);
    RabbitMqOptions options = rabbitMq;
    if (options != null) {
      Topology topology = new Topology(options);
      List<ModuleDefinition> all = JobModules.withIncluded(found);
      Queues queues = new Queues(Map::of);
      queues.know(all);
      for (ModuleDefinition module : all) {
        for (JobDefinition<?, ?> definition : module.definitions()) {
          topology.requireNameable(definition, queues.namesOf(definition));
        }
      }
    }
    RuntimeSettings settings = settings();
    Encryption encryption = settings.storage().encryption();
    found.forEach(module -> module.definitions().forEach(encryption::requireReadable));
    DataSources dataSources =
        url != null
            ? DataSources.open(url, user, password)
            : DataSources.of(Objects.requireNonNull(dataSource), controlDataSource);
    @Nullable JobsRuntime runtime = null;
    try {
      boolean onlyLooks = found.isEmpty() && !maintenance;
      new DatabaseStart(dataSources, schema, migrates, maintenance, onlyLooks, startTimeout).run();
      runtime = new JobsRuntime(settings, dataSources, found);
      runtime.start();
      LOG.info("Tenon found the job modules {}.", JobModules.names(found));
      return runtime;
    } catch (RuntimeException | Error e) {
      if (runtime != null) {
        closeAfter(e, runtime::close);
      }
      closeAfter(e, dataSources::close);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  private RuntimeSettings settings() {
    return new RuntimeSettings(
        schema,
        rabbitMq,
        heartbeatInterval,
        RuntimeSettings.limits(heartbeatInterval, maxCrashes, fastRescue),
        new ValueStorage(sizeLimits, encryption()),
        maintenance,
        closesOnShutdown,
        clock,
        submittedBy,
        listeners.isEmpty() ? JobListeners.NONE : new JobListeners(listeners),
        new SubmitInterceptors(submitInterceptors),
        List.copyOf(executionInterceptors),
        stepTransactions);
  }

  private Encryption encryption() {
    EncryptionKeys keys = encryptionKeys;
    return keys == null ? Encryption.NONE : Encryption.with(keys, unencryptedTypes);
  }

  private void validate() {
    require(
        (url == null) != (dataSource == null),
        "Set exactly one of database(…) and dataSource(…), for the database of the jobs.");
    if (url != null) {
      DatabaseUrl.check("The URL passed to database(…)", "as the second and third argument", url);
    }
    require(
        url == null || controlDataSource == null,
        "controlDataSource(…) is only for use with dataSource(…); database(…) creates its own pools. Remove controlDataSource(…).");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
