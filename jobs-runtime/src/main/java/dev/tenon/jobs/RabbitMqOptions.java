package dev.tenon.jobs;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/**
 * How RabbitMQ is reached, and what Tenon's exchanges and queues are called there. Immutable;
 * {@link #toString()} leaves out the password.
 *
 * @param uri such as {@code amqp://user:password@host:5672/virtual-host}, or {@code amqps://…}
 * @param namePrefix what the names of all exchanges and queues start with; empty for none.
 *     Applications that share a virtual host without sharing jobs need different prefixes.
 */
public record RabbitMqOptions(String uri, String namePrefix) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the URI is none, or not of AMQP
   */
  public RabbitMqOptions {
    Objects.requireNonNull(uri, "uri");
    Objects.requireNonNull(namePrefix, "namePrefix");
    parse(uri);
  }

  /** RabbitMQ at this URI, without a prefix. */
  public static RabbitMqOptions of(String uri) {
    return new RabbitMqOptions(uri, "");
  }

  /** A copy with this prefix. */
  public RabbitMqOptions withNamePrefix(String namePrefix) {
    return new RabbitMqOptions(uri, namePrefix);
  }

  /** Host and port, as they may be shown. */
  public String address() {
    URI parsed = parse(uri);
    return parsed.getHost() + (parsed.getPort() < 0 ? "" : ":" + parsed.getPort());
  }

  private static URI parse(String uri) {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      // Neither the text nor the cause, which quotes it, may be shown: it may hold a password
      throw wrong();
    }
    if ((!"amqp".equals(parsed.getScheme()) && !"amqps".equals(parsed.getScheme()))
        || parsed.getHost() == null) {
      throw wrong();
    }
    return parsed;
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException(
        "The RabbitMQ URI is not of the form amqp://user:password@host:5672/virtual-host"
            + " (the value is not shown, it may hold a password).");
  }

  /** Where RabbitMQ is, without user and password. */
  @Override
  public String toString() {
    return "RabbitMqOptions[" + address() + ", namePrefix=" + namePrefix + "]";
  }
}
