package dev.tenon.jobs.quarkus;

import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import io.quarkus.runtime.annotations.ConfigPhase;
import io.quarkus.runtime.annotations.ConfigRoot;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * The settings of Tenon, {@code quarkus.tenon.*}, that are read when the application starts. Only
 * Quarkus implements it: settings may be added in any release.
 */
@ConfigMapping(prefix = "quarkus.tenon")
@ConfigRoot(phase = ConfigPhase.RUN_TIME)
public interface TenonConfig {

  /** The schema of Tenon's tables. */
  @WithDefault("tenon")
  String schema();

  /** Creates the schema at the start, or brings it up to date. */
  @WithDefault("true")
  boolean migrate();

  /** Lets this process take part in maintenance, which at least one process must do. */
  @WithDefault("true")
  boolean maintenance();

  /**
   * The interval between two heartbeats of a worker. After three times that in silence its jobs run
   * elsewhere. All processes on a database should agree.
   */
  @WithDefault("5s")
  Duration heartbeatInterval();

  /**
   * The time that the start waits for PostgreSQL before it fails. The time that this process itself
   * needs, to load its classes for instance, does not count.
   */
  @WithDefault("9s")
  Duration startTimeout();

  /** The number of lost workers that makes a job fail, since it seems to kill them. */
  @WithDefault("3")
  int maxCrashes();

  /**
   * Lets the jobs of this process run elsewhere within seconds if it is killed. The process then
   * listens on a port that the operating system chooses, and gives a random token to whoever
   * connects.
   */
  @WithDefault("true")
  boolean fastRescue();

  /**
   * The submitter of jobs whose caller does not name one. Default: the value of
   * quarkus.application.name.
   */
  Optional<String> submittedBy();

  /** The largest sizes of payloads, results and logs. */
  Limits limits();

  /** The encryption of sensitive values in the database. */
  Encryption encryption();

  /** The workers in this process. */
  Worker worker();

  /** RabbitMQ as Tenon uses it. */
  RabbitMq rabbitmq();

  /** The spans of jobs. */
  Tracing tracing();

  /** The dashboard. */
  Dashboard dashboard();

  /** The largest sizes of payloads, results and logs. */
  interface Limits {

    /** Largest JSON of a payload; a larger one is refused when it is submitted. */
    @WithDefault("1M")
    MemorySize payload();

    /** Largest JSON of a result; a job with a larger one fails. */
    @WithDefault("1M")
    MemorySize result();

    /** Largest JSON of the data of one log line; larger data is left out. */
    @WithDefault("64K")
    MemorySize logData();

    /** Most lines that one attempt may write into the log of its job. */
    @WithDefault("100000")
    int logLines();

    /** Most steps and waits that are kept with one job. */
    @WithDefault("10000")
    int steps();
  }

  /** The encryption of sensitive values in the database. */
  interface Encryption {

    /**
     * The keys, each as NAME:BASE64, separated by commas; the first one encrypts. A bean of type
     * EncryptionKeys takes their place. Default: none; values are stored readably.
     */
    Optional<String> keys();

    /**
     * Job types whose values are stored readably although there are keys, since workers that are
     * not Java run them.
     */
    Optional<List<String>> unencryptedTypes();
  }

  /** The workers in this process. */
  interface Worker {

    /** Lets this process run jobs. If false, it only submits. */
    @WithDefault("true")
    boolean enabled();

    /** The number of jobs that a worker runs at a time. */
    @WithDefault("10")
    int concurrency();

    /** The time that running handlers may continue when the application stops. */
    @WithDefault("30s")
    Duration gracePeriod();

    /** Runs handlers on virtual threads where the JVM has them. */
    @WithDefault("true")
    boolean virtualThreads();

    /**
     * Version of the application, such as ${quarkus.application.version}, for rollouts and drains.
     * Default: none.
     */
    Optional<String> applicationVersion();
  }

  /** RabbitMQ as Tenon uses it. */
  interface RabbitMq {

    /** Uses RabbitMQ where it is configured. If false, workers take their jobs from the table. */
    @WithDefault("true")
    boolean enabled();

    /**
     * The address of RabbitMQ, such as amqp://user:password@host:5672/virtual-host: one URI, or one
     * for each node of a cluster. A bean of type RabbitMqOptions takes their place. Default: none;
     * workers take their jobs from the table.
     */
    Optional<List<String>> uris();

    /**
     * The prefix of the names of Tenon's exchanges and queues. Applications that share a virtual
     * host without sharing jobs need different prefixes.
     */
    Optional<String> namePrefix();

    /** The kind of queues that is declared. */
    @WithDefault("classic")
    QueueKind queueKind();
  }

  /** The spans of jobs. */
  interface Tracing {

    /** Lets a first attempt continue the trace of its submit. */
    @WithDefault("false")
    boolean continueTraces();
  }

  /** The dashboard. */
  interface Dashboard {

    /**
     * The addresses of the dashboard as browsers see them, such as https://ops.example.com, if the
     * application cannot tell, since a proxy hides it.
     */
    Optional<List<String>> origins();

    /** Time zone for users who have not chosen another. */
    @WithDefault("UTC")
    ZoneId zone();

    /**
     * The address of the trace of a job, such as <code>
     * https://tracing.example.com/trace/{traceId}</code>. Default: jobs show the id of their trace
     * only.
     */
    Optional<String> traceUrl();

    /**
     * Token of an autoscaler, which may ask /scaling how many workers are needed, and nothing else.
     * Default: only users may ask.
     */
    Optional<String> scalingToken();

    /** The number of pages with live events that may be open at a time. */
    @WithDefault("256")
    int maxStreams();
  }
}
