package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ProtocolVersionMismatchException;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.internal.background.ExplainedFailure;
import dev.tenon.jobs.internal.background.LogText;
import dev.tenon.jobs.internal.broker.ConnectionFactories.Node;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when RabbitMQ cannot be used; the message names the address and the reason, and may be
 * logged.
 */
final class BrokerFailure extends Exception implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  private final String explanation;

  BrokerFailure(Node node, Exception cause) {
    this(explain(node, cause), cause);
  }

  private static String explain(Node node, Exception cause) {
    @Nullable String tls = node.isTls() ? TlsFailures.explain(node, cause) : null;
    return tls == null
        ? "\"%s\" at %s%s".formatted(describe(cause), node.address(), wayOut(cause))
        : tls;
  }

  private BrokerFailure(String explanation, Exception cause) {
    super(explanation, cause);
    this.explanation = explanation;
  }

  @Override
  public String explanation() {
    return explanation;
  }

  /** Returns the advice, if there is any; it begins with a colon. */
  private static String wayOut(Throwable failure) {
    if (find(failure, UnknownHostException.class) != null) {
      return ": the host is not known. Check its name in the URI";
    }
    if (find(failure, ConnectException.class) != null) {
      return ": nothing listens there. Check host and port in the URI, and that RabbitMQ is "
          + "running";
    }
    if (find(failure, AuthenticationFailureException.class) != null
        || find(failure, PossibleAuthenticationFailureException.class) != null) {
      return ": the login is refused. Check user and password in the URI";
    }
    if (find(failure, ProtocolVersionMismatchException.class) != null
        || find(failure, MalformedFrameException.class) != null) {
      return ": the server does not speak AMQP 0-9-1. Check the port in the URI";
    }
    if (find(failure, SSLException.class) != null) {
      return ": the TLS handshake fails. Check that the port of the URI accepts amqps";
    }
    ShutdownSignalException signal = find(failure, ShutdownSignalException.class);
    if (signal != null) {
      return wayOut(signal);
    }
    if (find(failure, TimeoutException.class) != null
        || find(failure, SocketTimeoutException.class) != null) {
      return ": it accepts the connection but does not answer. Check the port in the URI, and "
          + "that RabbitMQ is healthy";
    }
    if (find(failure, IOException.class) != null) {
      return ": the connection broke. Check the port in the URI, and RabbitMQ's log";
    }
    return "";
  }

  private static String wayOut(ShutdownSignalException signal) {
    int code =
        signal.getReason() instanceof AMQP.Connection.Close close
            ? close.getReplyCode()
            : signal.getReason() instanceof AMQP.Channel.Close close ? close.getReplyCode() : 0;
    return switch (code) {
      case AMQP.NOT_ALLOWED ->
          ": check the virtual host in the URI; to give the user access: rabbitmqctl "
              + "set_permissions -p"
              + " VHOST USER '.*' '.*' '.*'";
      case AMQP.ACCESS_REFUSED ->
          ": the user lacks a right, or the password is wrong. To grant the rights to all of "
              + "Tenon's exchanges and queues: rabbitmqctl set_permissions -p VHOST USER '.*' '.*' "
              + "'.*'";
      default -> ": the connection broke. Check the port in the URI, and RabbitMQ's log";
    };
  }

  private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
    Throwable each = failure;
    while (each != null && !type.isInstance(each)) {
      each = each.getCause();
    }
    return each == null ? null : type.cast(each);
  }

  /** Returns the most informative message: the broker's reply, if there was one. */
  private static String describe(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null
        && (cause.getMessage() == null || cause.getCause() instanceof ShutdownSignalException)) {
      cause = cause.getCause();
    }
    @Nullable String reply =
        cause instanceof ShutdownSignalException signal
            ? QueueRefusedException.reply(signal)
            : null;
    if (reply != null) {
      return LogText.escape(reply);
    }
    if (cause instanceof TimeoutException) {
      return "no answer in time";
    }
    return cause.getMessage() == null
        ? cause.getClass().getSimpleName()
        : LogText.escape(cause.getMessage());
  }
}
