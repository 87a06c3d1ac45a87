package dev.tenon.jobs.micronaut;

import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The settings of Tenon, {@code tenon.*}.
 *
 * @param enabled Whether Tenon is set up at all.
 * @param dataSource Name of the data source in whose database the jobs are. Default: the only or
 *     the primary one, which is the one named default.
 * @param schema Schema of Tenon's tables.
 * @param migrate Whether the schema is created or brought up to date at the start.
 * @param maintenance Whether this process takes part in maintenance, which at least one process
 *     must do.
 * @param heartbeatInterval How often a worker says that it is alive. After three times that in
 *     silence its jobs run elsewhere. All processes on a database should agree.
 * @param startTimeout How long the start waits for PostgreSQL before it fails. The time that this
 *     process itself needs, to load its classes for instance, does not count.
 * @param maxCrashes How many workers a job may lose before it fails, since it seems to kill them.
 * @param fastRescue Whether the jobs of this process run elsewhere within seconds if it is killed.
 *     It then listens on a port that the operating system chooses, and gives a random token to
 *     whoever connects.
 * @param submittedBy Who submits a job where the caller does not say. Default: the value of
 *     micronaut.application.name; without that, the caller must say.
 * @param inMemory Whether jobs are in memory, for tests with jobs-testing on the class path.
 */
@ConfigurationProperties("tenon")
public record TenonProperties(
    @Bindable(defaultValue = "true") boolean enabled,
    Optional<String> dataSource,
    @Bindable(defaultValue = "tenon") String schema,
    @Bindable(defaultValue = "true") boolean migrate,
    @Bindable(defaultValue = "true") boolean maintenance,
    @Bindable(defaultValue = "5s") Duration heartbeatInterval,
    @Bindable(defaultValue = "9s") Duration startTimeout,
    @Bindable(defaultValue = "3") int maxCrashes,
    @Bindable(defaultValue = "true") boolean fastRescue,
    Optional<String> submittedBy,
    @Bindable(defaultValue = "false") boolean inMemory) {

  /**
   * The largest sizes of payloads, results and logs.
   *
   * @param payload Largest JSON of a payload, in bytes; a larger one is refused when it is
   *     submitted.
   * @param result Largest JSON of a result, in bytes; a job with a larger one fails.
   * @param logData Largest JSON of the data of one log line, in bytes; larger data is left out.
   * @param logLines Most lines that one attempt may write into the log of its job.
   * @param steps Most steps and waits that are kept with one job.
   */
  @ConfigurationProperties("limits")
  public record Limits(
      @ReadableBytes @Bindable(defaultValue = "1MB") long payload,
      @ReadableBytes @Bindable(defaultValue = "1MB") long result,
      @ReadableBytes @Bindable(defaultValue = "64KB") long logData,
      @Bindable(defaultValue = "100000") int logLines,
      @Bindable(defaultValue = "10000") int steps) {}

  /**
   * The encryption of sensitive values in the database.
   *
   * @param keys The keys, each as NAME:BASE64, separated by commas; the first one encrypts. A bean
   *     of type EncryptionKeys takes their place. Default: none; values are stored readably.
   * @param unencryptedTypes Job types whose values are stored readably although there are keys,
   *     since workers that are not Java run them.
   */
  @ConfigurationProperties("encryption")
  public record Encryption(Optional<String> keys, Optional<List<String>> unencryptedTypes) {

    /** Without the keys. */
    @Override
    public String toString() {
      return "Encryption[%s, unencryptedTypes=%s]"
          .formatted(keys.isEmpty() ? "no keys" : "keys", unencryptedTypes.orElse(List.of()));
    }
  }

  /**
   * The workers in this process.
   *
   * @param enabled Whether this process runs jobs. If not, it only submits, and its handlers need
   *     not be beans.
   * @param concurrency How many jobs a worker runs at a time.
   * @param gracePeriod How long running handlers may continue when the application stops.
   * @param virtualThreads Whether handlers run on virtual threads where the JVM has them.
   * @param applicationVersion Version of the application, for rollouts and drains. Default: none.
   */
  @ConfigurationProperties("worker")
  public record Worker(
      @Bindable(defaultValue = "true") boolean enabled,
      @Bindable(defaultValue = "10") int concurrency,
      @Bindable(defaultValue = "30s") Duration gracePeriod,
      @Bindable(defaultValue = "true") boolean virtualThreads,
      Optional<String> applicationVersion) {}

  /**
   * RabbitMQ as Tenon uses it.
   *
   * @param enabled Whether RabbitMQ is used. If not, workers take their jobs from the table.
   * @param uris Where RabbitMQ is, such as amqp://user:password@host:5672/virtual-host: one URI, or
   *     one for each node of a cluster. A bean of type RabbitMqOptions takes its place. Default:
   *     none; workers take their jobs from the table.
   * @param namePrefix What the names of Tenon's exchanges and queues start with. Applications that
   *     share a virtual host without sharing jobs need different prefixes. Default: none.
   * @param queueKind What kind of queues is declared.
   */
  @ConfigurationProperties("rabbitmq")
  public record RabbitMq(
      @Bindable(defaultValue = "true") boolean enabled,
      Optional<List<String>> uris,
      Optional<String> namePrefix,
      @Bindable(defaultValue = "classic") QueueKind queueKind) {

    /** Everything but the URIs, which may hold a password. */
    @Override
    public String toString() {
      return "RabbitMq[enabled=%s, %d uris, namePrefix=%s, queueKind=%s]"
          .formatted(enabled, uris.map(List::size).orElse(0), namePrefix.orElse("none"), queueKind);
    }
  }

  /**
   * The meters of jobs.
   *
   * @param enabled Whether jobs have meters, if jobs-observability and a MeterRegistry are there.
   */
  @ConfigurationProperties("metrics")
  public record Metrics(@Bindable(defaultValue = "true") boolean enabled) {}

  /**
   * The spans of jobs.
   *
   * @param enabled Whether jobs have spans, if jobs-observability and an OpenTelemetry are there.
   * @param continueTraces Whether a first attempt continues the trace of its submit.
   */
  @ConfigurationProperties("tracing")
  public record Tracing(
      @Bindable(defaultValue = "true") boolean enabled,
      @Bindable(defaultValue = "false") boolean continueTraces) {}
}
