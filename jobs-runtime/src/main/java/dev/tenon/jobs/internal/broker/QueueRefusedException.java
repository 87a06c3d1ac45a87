package dev.tenon.jobs.internal.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import dev.tenon.jobs.internal.background.LogText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when RabbitMQ refuses a single queue: it exists with other arguments, belongs to somebody
 * else, or the user lacks the right to it. The message names the queue, what was found and what to
 * do, and may be logged.
 */
final class QueueRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** The message of RabbitMQ about a queue that has other arguments. */
  private static final Pattern INEQUIVALENT =
      Pattern.compile("inequivalent arg '([^']+)' for .*: received (.+) but current is (.+)");

  /** The form of values in that message. */
  private static final Pattern VALUE = Pattern.compile("(?:the value )?'(.*?)'(?: of type '.*')?");

  private final String explanation;

  private QueueRefusedException(String explanation, Throwable cause) {
    super(explanation, cause);
    this.explanation = explanation;
  }

  /** Creates the message. */
  String explanation() {
    return explanation;
  }

  /** Returns the refusal if RabbitMQ failed a call because it refuses the queue; otherwise null. */
  static @Nullable QueueRefusedException of(String queue, Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ShutdownSignalException signal) {
        return signal.isHardError() ? null : of(queue, signal);
      }
    }
    return null;
  }

  /** Returns whether a call failed because its channel or connection was closed. */
  static boolean isShutdown(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ShutdownSignalException) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable QueueRefusedException of(String queue, ShutdownSignalException signal) {
    if (!(signal.getReason() instanceof AMQP.Channel.Close close)) {
      return null;
    }
    return switch (close.getReplyCode()) {
      case AMQP.ACCESS_REFUSED, AMQP.RESOURCE_LOCKED, AMQP.PRECONDITION_FAILED ->
          new QueueRefusedException(explain(queue, close.getReplyText()), signal);
      default -> null;
    };
  }

  /**
   * Returns the broker's reason for closing a channel or a connection; null if it was not the
   * broker that closed it.
   */
  static @Nullable String reply(ShutdownSignalException signal) {
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return signal.getReason() instanceof AMQP.Connection.Close close ? close.getReplyText() : null;
  }

  static String explain(String queue, String reply) {
    Matcher matcher = INEQUIVALENT.matcher(reply);
    String name = LogText.escape(queue);
    if (!matcher.find()) {
      return "RabbitMQ refuses queue '%s': \"%s\"".formatted(name, LogText.escape(reply));
    }
    return ("Queue '%s' exists with other arguments: its %s is %s, and Tenon wants %s. Set the same"
            + " queueKind in all processes, delete the queue once it is empty, or choose another"
            + " namePrefix")
        .formatted(
            name,
            LogText.escape(matcher.group(1)),
            value(matcher.group(3)),
            value(matcher.group(2)));
  }

  private static String value(String text) {
    Matcher matcher = VALUE.matcher(text.strip());
    return LogText.escape(matcher.matches() ? "'" + matcher.group(1) + "'" : text.strip());
  }
}
