package dev.tenon.jobs.broker;

import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.background.ExplainedFailure;
import dev.tenon.jobs.background.LogText;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** RabbitMQ cannot be used; the message says at which address and why, and may be logged. */
final class BrokerFailure extends Exception implements ExplainedFailure {

  private static final long serialVersionUID = 1L;

  private final String explanation;

  BrokerFailure(ConnectionFactory factory, Exception cause) {
    this("\"%s\" at %s:%d".formatted(describe(cause), factory.getHost(), factory.getPort()), cause);
  }

  private BrokerFailure(String explanation, Exception cause) {
    super(explanation, cause);
    this.explanation = explanation;
  }

  @Override
  public String explanation() {
    return explanation;
  }

  /** The message that says the most: what the broker replied, if it did. */
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
