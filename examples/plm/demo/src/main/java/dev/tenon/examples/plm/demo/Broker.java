package dev.tenon.examples.plm.demo;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import dev.tenon.examples.plm.PlmJobsModule;
import dev.tenon.jobs.definition.JobDefinition;
import dev.tenon.jobs.definition.ModuleDefinition;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The RabbitMQ that the demo uses: the one that {@code TENON_AMQP_URI} names, else the one on
 * localhost:5672 if there is one. The names of its queues and exchanges are the demo's own.
 *
 * @param uri how it is reached; it may hold a password
 * @param prefix what the demo's names begin with
 */
record Broker(String uri, String prefix) {

  private static final String VARIABLE = "TENON_AMQP_URI";
  private static final String LOCAL_URI = "amqp://guest:guest@localhost:5672";
  private static final int TIMEOUT_MILLIS = 3_000;

  /**
   * Looks for it.
   *
   * @param wanted whether it must be used, or must not; null: if there is one
   * @return nothing if the demo does without
   * @throws IOException if it must be used, or the variable names it, and it does not answer
   */
  static Optional<Broker> find(@Nullable Boolean wanted, Map<String, String> environment)
      throws IOException {
    if (Boolean.FALSE.equals(wanted)) {
      return Optional.empty();
    }
    String configured = environment.getOrDefault(VARIABLE, "");
    Broker broker =
        new Broker(
            configured.isEmpty() ? LOCAL_URI : configured,
            "tenon-plm-" + UUID.randomUUID().toString().substring(0, 6) + ".");
    try {
      broker.connect().close();
      return Optional.of(broker);
    } catch (IOException e) {
      if (configured.isEmpty() && wanted == null) {
        return Optional.empty();
      }
      throw new IOException(
          configured.isEmpty()
              ? "RabbitMQ does not answer on localhost:5672 for the user guest. Start it, or set %s."
                  .formatted(VARIABLE)
              : "RabbitMQ does not answer where %s says. Correct it, or use --no-rabbitmq."
                  .formatted(VARIABLE),
          e);
    }
  }

  /** Deletes what the demo has declared. All runtimes must be closed, or they declare it again. */
  void deleteNames() throws IOException {
    try (Connection connection = connect()) {
      Channel channel = connection.createChannel();
      ModuleDefinition module = new PlmJobsModule();
      // RabbitMQ accepts names of queues that are not there
      channel.queueDelete(prefix + module.queue());
      for (JobDefinition<?, ?> definition : module.definitions()) {
        channel.queueDelete(prefix + definition.routingKey());
      }
      channel.queueDelete(prefix + "jobs.dead-letter");
      for (String exchange : new String[] {"jobs", "jobs.control", "jobs.dead-letter"}) {
        channel.exchangeDelete(prefix + exchange);
      }
    }
  }

  private Connection connect() throws IOException {
    ConnectionFactory factory = new ConnectionFactory();
    try {
      factory.setUri(uri);
      factory.setConnectionTimeout(TIMEOUT_MILLIS);
      factory.setHandshakeTimeout(TIMEOUT_MILLIS);
      factory.setAutomaticRecoveryEnabled(false);
      return factory.newConnection("tenon-plm");
    } catch (TimeoutException e) {
      throw new IOException("RabbitMQ does not answer in time", e);
    } catch (URISyntaxException | GeneralSecurityException e) {
      // The cause quotes the URI, which may hold a password
      throw new IOException("The client does not accept the URI of RabbitMQ");
    }
  }

  /** The address, without user and password. */
  @Override
  public String toString() {
    return uri.replaceFirst("//[^@/]*@", "//");
  }
}
