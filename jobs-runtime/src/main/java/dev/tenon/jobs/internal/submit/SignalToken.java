package dev.tenon.jobs.internal.submit;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A token that allows its holder to send a signal: the id of the job, and a secret.
 *
 * @param jobId the job
 * @param secret the secret
 */
public record SignalToken(UUID jobId, String secret) {

  private static final int ID_CHARACTERS = 22;
  private static final int MAX_CHARACTERS = 200;
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9_-]+");

  /** Reads a token; empty if the string cannot be one. */
  public static Optional<SignalToken> read(String token) {
    if (token.length() <= ID_CHARACTERS
        || token.length() > MAX_CHARACTERS
        || !CHARACTERS.matcher(token).matches()) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.substring(0, ID_CHARACTERS)));
      return Optional.of(
          new SignalToken(
              new UUID(bytes.getLong(), bytes.getLong()), token.substring(ID_CHARACTERS)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Does not show the secret. */
  @Override
  public String toString() {
    return "SignalToken[jobId=" + jobId + "]";
  }
}
