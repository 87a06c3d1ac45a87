package dev.tenon.jobs.spring;

import dev.tenon.jobs.options.RabbitMqOptions.QueueKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of Tenon, {@code tenon.*}.
 *
 * @param enabled Whether Tenon is set up at all.
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
 *     spring.application.name; without that, the caller must say.
 * @param limits The largest sizes of payloads, results and logs.
 * @param encryption The encryption of sensitive values in the database.
 * @param worker The workers in this process.
 * @param rabbitmq RabbitMQ as Tenon uses it.
 */
@ConfigurationProperties("tenon")
public record TenonProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("tenon") String schema,
    @DefaultValue("true") boolean migrate,
    @DefaultValue("true") boolean maintenance,
    @DefaultValue("5s") Duration heartbeatInterval,
    @DefaultValue("9s") Duration startTimeout,
    @DefaultValue("3") int maxCrashes,
    @DefaultValue("true") boolean fastRescue,
    @Nullable String submittedBy,
    @DefaultValue Limits limits,
    @DefaultValue Encryption encryption,
    @DefaultValue Worker worker,
    @DefaultValue RabbitMq rabbitmq) {

  /**
   * The largest sizes of payloads, results and logs.
   *
   * @param payload Largest JSON of a payload; a larger one is refused when it is submitted.
   * @param result Largest JSON of a result; a job with a larger one fails.
   * @param logData Largest JSON of the data of one log line; larger data is left out.
   * @param logLines Most lines that one attempt may write into the log of its job.
   * @param steps Most steps and waits that are kept with one job.
   */
  public record Limits(
      @DefaultValue("1MB") DataSize payload,
      @DefaultValue("1MB") DataSize result,
      @DefaultValue("64KB") DataSize logData,
      @DefaultValue("100000") int logLines,
      @DefaultValue("10000") int steps) {}

  /**
   * The encryption of sensitive values in the database.
   *
   * @param keys The keys, each as NAME:BASE64, separated by commas; the first one encrypts. A bean
   *     of type EncryptionKeys takes their place. Default: none; values are stored readably.
   * @param unencryptedTypes Job types whose values are stored readably although there are keys,
   *     since workers that are not Java run them.
   */
  public record Encryption(@Nullable String keys, @DefaultValue List<String> unencryptedTypes) {

    /** Without the keys. */
    @Override
    public String toString() {
      return "Encryption[%s, unencryptedTypes=%s]"
          .formatted(keys == null ? "no keys" : "keys", unencryptedTypes);
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
   * @param applicationVersion Version of the application, such as ${spring.application.version},
   *     for rollouts and drains. Default: none.
   */
  public record Worker(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("10") int concurrency,
      @DefaultValue("30s") Duration gracePeriod,
      @DefaultValue("true") boolean virtualThreads,
      @Nullable String applicationVersion) {}

  /**
   * RabbitMQ as Tenon uses it.
   *
   * @param enabled Whether RabbitMQ is used. If not, workers take their jobs from the table.
   * @param uris Where RabbitMQ is, such as amqp://user:password@host:5672/virtual-host: one URI, or
   *     one for each node of a cluster. Default: what spring.rabbitmq.* or a service connection
   *     says.
   * @param namePrefix What the names of Tenon's exchanges and queues start with. Applications that
   *     share a virtual host without sharing jobs need different prefixes.
   * @param queueKind What kind of queues is declared.
   * @param sslBundle The SSL bundle for amqps URIs. Default: what the JVM trusts, or what
   *     spring.rabbitmq.ssl says.
   */
  public record RabbitMq(
      @DefaultValue("true") boolean enabled,
      @DefaultValue List<String> uris,
      @DefaultValue("") String namePrefix,
      @DefaultValue("classic") QueueKind queueKind,
      @Nullable String sslBundle) {

    /** Everything but the URIs, which may hold a password. */
    @Override
    public String toString() {
      return "RabbitMq[enabled=%s, %d uris, namePrefix=%s, queueKind=%s, sslBundle=%s]"
          .formatted(enabled, uris.size(), namePrefix, queueKind, sslBundle);
    }
  }
}
