package dev.tenon.examples.quickstart.demo;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for RabbitMQ: where TENON_AMQP_URI says, else on localhost:5672. */
final class BrokerSearch {

  private static final String VARIABLE = "TENON_AMQP_URI";
  private static final String LOCAL_URI = "amqp://guest:guest@localhost:5672";

  private BrokerSearch() {}

  /**
   * The result of the search.
   *
   * @param broker RabbitMQ; empty if the demo does without
   * @param description the message for people
   */
  record Found(Optional<Broker> broker, String description) {}

  /** There is no RabbitMQ though it was asked for. The message says what to do. */
  static final class MissingException extends Exception {
    private static final long serialVersionUID = 1L;

    MissingException(String message) {
      super(message);
    }
  }

  /**
   * Looks for RabbitMQ.
   *
   * @param wanted whether it must be used or must not; null: if there is one
   * @throws MissingException if it must be used, or a variable names it, and it does not answer
   */
  static Found search(@Nullable Boolean wanted, Map<String, String> environment)
      throws MissingException {
    if (Boolean.FALSE.equals(wanted)) {
      return without("not used, as --no-rabbitmq says");
    }
    String configured = environment.getOrDefault(VARIABLE, "");
    try {
      Broker broker = Broker.connect(configured.isEmpty() ? LOCAL_URI : configured);
      return new Found(
          Optional.of(broker),
          "%s on %s%s; names start with %s"
              .formatted(
                  broker.version(),
                  broker.options().addresses(),
                  configured.isEmpty() ? "" : " (" + VARIABLE + ")",
                  broker.options().namePrefix()));
    } catch (IllegalArgumentException e) {
      throw new MissingException(VARIABLE + ": " + e.getMessage());
    } catch (IOException e) {
      if (!configured.isEmpty()) {
        throw new MissingException(
            "RabbitMQ cannot be used where %s says (%s). Correct the variable, start RabbitMQ, or use --no-rabbitmq."
                .formatted(VARIABLE, reason(e)));
      }
      if (wanted != null) {
        throw new MissingException(
            "RabbitMQ cannot be used on localhost:5672 as user guest (%s). Start it, set %s to another, or leave out --rabbitmq."
                .formatted(reason(e), VARIABLE));
      }
      return without("none on localhost:5672 for user guest (" + reason(e) + ")");
    }
  }

  private static Found without(String why) {
    return new Found(Optional.empty(), why + "; the worker takes its jobs from the table");
  }

  private static String reason(IOException e) {
    Throwable cause = e;
    while (cause.getMessage() == null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
