package dev.tenon.jobs.dashboard;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The token of an autoscaler, which may ask how many workers are needed and nothing else.
 * Immutable.
 *
 * @param token the token; null if there is none, so that only users may ask
 */
record ScalingToken(@Nullable String token) {

  private static final int MIN_LENGTH = 16;
  private static final String BEARER = "Bearer ";

  /** Everybody who has the token. */
  static final DashboardUser AUTOSCALER = DashboardUser.of("autoscaler", Right.READ);

  ScalingToken {
    if (token != null && !token.matches("[!-~]{" + MIN_LENGTH + ",}")) {
      throw new IllegalArgumentException(
          "The scaling token has %d characters; it must have at least %d, all of them visible ASCII characters."
              .formatted(token.length(), MIN_LENGTH));
    }
  }

  /** Returns whether the request carries the token. How long that takes says nothing about it. */
  boolean isIn(DashboardRequest request) {
    if (token == null) {
      return false;
    }
    byte[] expected = (BEARER + token).getBytes(StandardCharsets.UTF_8);
    return request
        .header("Authorization")
        .filter(given -> MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8)))
        .isPresent();
  }

  @Override
  public String toString() {
    return "ScalingToken";
  }
}
