package dev.tenon.jobs.internal.broker;

/** Thrown when RabbitMQ cannot be reached, or did not confirm in time. */
public final class BrokerUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  BrokerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  BrokerUnavailableException(String message) {
    super(message);
  }
}
