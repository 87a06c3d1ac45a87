package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.Consumer;
import com.rabbitmq.client.ExceptionHandler;
import com.rabbitmq.client.TopologyRecoveryException;
import dev.tenon.jobs.internal.background.LineLimiter;
import dev.tenon.jobs.internal.background.LoggableFailure;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles exceptions on the threads of the client library. Its own handlers log each failed try to
 * connect, and answer an exception in a consumer by closing the channel: the consumer would be
 * gone, and nobody would notice. Here a {@link BrokerLink} handles the failure of its connection,
 * and an exception in our own code drops the connection, so that everything on it is built again.
 * Thread-safe.
 */
final class ClientExceptions implements ExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ClientExceptions.class);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);
  private static final int ABORT_TIMEOUT_MILLIS = 1_000;

  private final LineLimiter lines = new LineLimiter(LOG_INTERVAL);

  @Override
  public void handleUnexpectedConnectionDriverException(
      Connection connection, Throwable exception) {
    LOG.debug("A connection to RabbitMQ has failed; its link logs what happens next.", exception);
  }

  @Override
  public void handleReturnListenerException(Channel channel, Throwable exception) {
    drop(channel.getConnection(), "A returned message", exception);
  }

  @Override
  public void handleConfirmListenerException(Channel channel, Throwable exception) {
    drop(channel.getConnection(), "A confirm", exception);
  }

  @Override
  public void handleBlockedListenerException(Connection connection, Throwable exception) {
    drop(connection, "A notice that the broker is blocked", exception);
  }

  @Override
  public void handleConsumerException(
      Channel channel,
      Throwable exception,
      Consumer consumer,
      String consumerTag,
      String methodName) {
    drop(channel.getConnection(), "A message", exception);
  }

  private void drop(Connection connection, String what, Throwable exception) {
    if (lines.admit(what) > 0) {
      LOG.warn(
          "{} from RabbitMQ could not be handled: {}. The connection is dropped and built again.",
          what,
          LoggableFailure.describe(exception),
          LoggableFailure.withoutValues(exception));
    }
    connection.abort(ABORT_TIMEOUT_MILLIS);
  }

  @Override
  public void handleConnectionRecoveryException(Connection connection, Throwable exception) {
    LOG.debug("Recovery by the client is off, and yet it has failed.", exception);
  }

  @Override
  public void handleChannelRecoveryException(Channel channel, Throwable exception) {
    LOG.debug("Recovery by the client is off, and yet it has failed.", exception);
  }

  @Override
  public void handleTopologyRecoveryException(
      Connection connection, Channel channel, TopologyRecoveryException exception) {
    LOG.debug("Recovery by the client is off, and yet it has failed.", exception);
  }
}
