package dev.tenon.jobs.cli.mcp;

import com.sun.net.httpserver.HttpExchange;
import dev.tenon.jobs.dashboard.AccessPolicy;
import dev.tenon.jobs.dashboard.DashboardRequest;
import dev.tenon.jobs.dashboard.DashboardUser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides which requests over HTTP are served, and as whom. Thread-safe. */
final class HttpAccess {

  private static final String SCHEME = "bearer ";
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final AccessPolicy policy;
  private final byte[] token;

  /**
   * The access.
   *
   * @param policy the rights of those who have the token
   * @param token the token
   */
  HttpAccess(AccessPolicy policy, String token) {
    this.policy = policy;
    this.token = hash(token);
  }

  /**
   * The user of a request.
   *
   * @param isLoopback whether the server listens on the loopback interface
   * @throws HttpRefusal if the request is not served
   */
  DashboardUser userOf(HttpExchange exchange, boolean isLoopback) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (isLoopback && !isForLoopback(host)) {
      throw new HttpRefusal(421, "This server answers requests for localhost only.");
    }
    // Programs send none; a browser sends that of the page, which has no business here
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    if (origin != null && !origin.equals("http://" + host)) {
      throw new HttpRefusal(403, "The Origin of the request is another site.");
    }
    List<String> authorization =
        Objects.requireNonNullElse(exchange.getRequestHeaders().get("Authorization"), List.of());
    if (authorization.size() != 1 || !hasToken(authorization.get(0))) {
      throw new HttpRefusal(
          401, "The request has no valid token. Send the header 'Authorization: Bearer TOKEN'.");
    }
    return policy.userOf(
        DashboardRequest.of(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                exchange.getRequestURI().getRawQuery())
            .withHeaders(exchange.getRequestHeaders()));
  }

  private static boolean isForLoopback(@Nullable String host) {
    return host != null
        && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", ""));
  }

  private boolean hasToken(String authorization) {
    return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(token, hash(authorization.substring(SCHEME.length()).strip()));
  }

  /** Tokens of any length take the same time to compare. */
  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JVM has SHA-256.", e);
    }
  }
}
