package dev.tenon.jobs.options;

import dev.tenon.jobs.internal.codes.Codes;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The options for RabbitMQ: how to reach it, and how Tenon names and declares its exchanges and
 * queues there. Immutable; each method returns a changed copy; {@link #toString()} leaves out the
 * password.
 */
public final class RabbitMqOptions {

  private static final String TLS = "amqps:";

  /** Leaves room for a routing key. */
  private static final int MAX_PREFIX_BYTES = 128;

  /** The kinds of queues of RabbitMQ that hold pointers. */
  public enum QueueKind {
    /** On one node, with all four priorities. */
    CLASSIC,
    /**
     * Replicated over the nodes of a cluster. Such a queue has two priorities: {@code HIGH} and
     * {@code CRITICAL} overtake {@code LOW} and {@code NORMAL}.
     */
    QUORUM;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The kind as RabbitMQ calls it: {@code classic} or {@code quorum}. */
    public String code() {
      return code;
    }

    /**
     * The kind with the given code.
     *
     * @throws IllegalArgumentException if there is no such kind
     */
    public static QueueKind ofCode(String code) {
      return Codes.find(values(), QueueKind::code, code);
    }
  }

  private final List<String> uris;
  private final String namePrefix;
  private final QueueKind queueKind;
  private final @Nullable SSLContext sslContext;

  private RabbitMqOptions(
      List<String> uris, String namePrefix, QueueKind queueKind, @Nullable SSLContext sslContext) {
    Objects.requireNonNull(namePrefix, "namePrefix");
    Objects.requireNonNull(queueKind, "queueKind");
    if (uris.isEmpty()) {
      throw new IllegalArgumentException("There is no RabbitMQ URI; give at least one.");
    }
    uris.forEach(RabbitMqOptions::parse);
    if (sslContext != null) {
      for (String uri : uris) {
        if (!uri.startsWith(TLS)) {
          throw new IllegalArgumentException(
              "There is an SSL context, but the RabbitMQ URI for %s does not begin with amqps:, so nothing would be encrypted. Write amqps://…, or remove the context."
                  .formatted(address(uri)));
        }
      }
    }
    if (namePrefix.startsWith("amq.")) {
      throw new IllegalArgumentException(
          "The namePrefix begins with 'amq.', which RabbitMQ keeps for itself; choose another"
              + " one.");
    }
    int bytes = namePrefix.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "The namePrefix has %d bytes; at most %d are allowed, because names in RabbitMQ have up to 255."
              .formatted(bytes, MAX_PREFIX_BYTES));
    }
    this.uris = List.copyOf(uris);
    this.namePrefix = namePrefix;
    this.queueKind = queueKind;
    this.sslContext = sslContext;
  }

  /**
   * Options for RabbitMQ at this URI, or at these URIs of one cluster, with classic queues and
   * without a prefix.
   *
   * @throws IllegalArgumentException if there is no URI, or one is not an AMQP URI
   */
  public static RabbitMqOptions of(String... uris) {
    return new RabbitMqOptions(List.of(uris), "", QueueKind.CLASSIC, null);
  }

  /**
   * A copy with this prefix.
   *
   * @throws IllegalArgumentException if RabbitMQ does not accept names with the prefix
   */
  public RabbitMqOptions withNamePrefix(String namePrefix) {
    return new RabbitMqOptions(uris, namePrefix, queueKind, sslContext);
  }

  /**
   * A copy with this kind of queues. An existing queue keeps its kind: a process that asks for
   * another kind works without the queue, and takes its jobs from the table.
   */
  public RabbitMqOptions withQueueKind(QueueKind queueKind) {
    return new RabbitMqOptions(uris, namePrefix, queueKind, sslContext);
  }

  /**
   * A copy that uses TLS with this context, which has the trust store for RabbitMQ's certificate,
   * and the client certificate if RabbitMQ asks for one.
   *
   * @throws IllegalArgumentException if a URI does not begin with {@code amqps:}, so that the
   *     context would not be used
   */
  public RabbitMqOptions withSslContext(SSLContext sslContext) {
    return new RabbitMqOptions(
        uris, namePrefix, queueKind, Objects.requireNonNull(sslContext, "sslContext"));
  }

  /** The hosts and ports, as they may be shown. */
  public String addresses() {
    return uris.stream().map(RabbitMqOptions::address).collect(Collectors.joining(", "));
  }

  private static String address(String uri) {
    URI parsed = parse(uri);
    return parsed.getHost() + (parsed.getPort() < 0 ? "" : ":" + parsed.getPort());
  }

  private static URI parse(String uri) {
    URI parsed;
    try {
      parsed = new URI(uri);
    } catch (URISyntaxException e) {
      // Neither the URI nor the cause, which quotes it, may be shown: it may contain a password
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
            + " (the value is not shown, because it may contain a password).");
  }

  /** The address of RabbitMQ and the other options, without user and password. */
  @Override
  public String toString() {
    return "RabbitMqOptions[%s, namePrefix=%s, queueKind=%s]"
        .formatted(addresses(), namePrefix, queueKind);
  }

  /**
   * The URIs, such as {@code amqp://user:password@host:5672/virtual-host}, or {@code amqps://…}:
   * one, or one for each node of a cluster, which are tried in turn.
   */
  public List<String> uris() {
    return uris;
  }

  /**
   * The prefix of the names of all exchanges and queues; empty for none. Applications that share a
   * virtual host without sharing jobs need different prefixes.
   */
  public String namePrefix() {
    return namePrefix;
  }

  /** The kind of queues to declare. */
  public QueueKind queueKind() {
    return queueKind;
  }

  /**
   * The TLS settings for URIs that begin with {@code amqps:}: which certificates are trusted, and
   * which one is presented; empty for the JVM's defaults. Tenon always checks that the certificate
   * of RabbitMQ is trusted and belongs to the host.
   */
  public Optional<SSLContext> sslContext() {
    return Optional.ofNullable(sslContext);
  }

  /** Options are equal if all of their values are. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RabbitMqOptions that
        && uris.equals(that.uris)
        && namePrefix.equals(that.namePrefix)
        && queueKind.equals(that.queueKind)
        && Objects.equals(sslContext, that.sslContext);
  }

  @Override
  public int hashCode() {
    return Objects.hash(uris, namePrefix, queueKind, sslContext);
  }
}
