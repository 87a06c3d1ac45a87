package dev.tenon.jobs.internal.attempt;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Recognizes failures of the same kind, by the classes of an exception and its causes, and the
 * methods that they came from. Messages do not count, because they contain ids and times, nor do
 * line numbers, which change with every edit.
 */
final class Fingerprint {

  private static final int FRAMES = 5;
  private static final int CAUSES = 5;
  private static final int BYTES = 8;

  private Fingerprint() {}

  /** Returns sixteen hexadecimal digits. */
  static String of(Throwable exception) {
    StringBuilder text = new StringBuilder();
    Throwable cause = exception;
    for (int depth = 0; cause != null && depth < CAUSES; depth++) {
      text.append(cause.getClass().getName()).append('\n');
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
        text.append(frames[i].getClassName())
            .append('#')
            .append(frames[i].getMethodName())
            .append('\n');
      }
      cause = Objects.equals(cause.getCause(), cause) ? null : cause.getCause();
    }
    byte[] hash = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
