package dev.tenon.jobs.spring;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the URI of a RabbitMQ node from its parts. They may have any ASCII characters; others are
 * written too, but RabbitMQ's client does not read them from a URI. For the modules for one version
 * of Boot.
 */
public final class RabbitMqUri {

  private static final String UNRESERVED = "-._~";

  private RabbitMqUri() {}

  /**
   * The URI of a node.
   *
   * @param tls whether TLS is spoken
   * @param user who logs in; null for RabbitMQ's default
   * @param password the password; null for none
   * @param virtualHost the virtual host; null for RabbitMQ's default
   */
  public static String of(
      boolean tls,
      String host,
      int port,
      @Nullable String user,
      @Nullable String password,
      @Nullable String virtualHost) {
    StringBuilder uri = new StringBuilder(tls ? "amqps://" : "amqp://");
    if (user != null) {
      uri.append(encode(user));
      if (password != null) {
        uri.append(':').append(encode(password));
      }
      uri.append('@');
    }
    boolean isIpv6 = host.indexOf(':') >= 0 && !host.startsWith("[");
    uri.append(isIpv6 ? "[" + host + "]" : host).append(':').append(port);
    if (virtualHost != null) {
      uri.append('/').append(encode(virtualHost));
    }
    return uri.toString();
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xff);
      if (character < 0x80
          && (Character.isLetterOrDigit(character) || UNRESERVED.indexOf(character) >= 0)) {
        encoded.append(character);
      } else {
        encoded.append('%').append("%02X".formatted((int) character));
      }
    }
    return encoded.toString();
  }
}
