package dev.tenon.jobs.internal.schedule;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Derives values from the name of a schedule and the time of a run, the same in every process. */
public final class ScheduledRuns {

  private static final long VERSION_8 = 0x8000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final int RANDOM_BITS_OF_A_LONG = 62;

  private ScheduledRuns() {}

  /**
   * The id of the job of a run: a UUID of version 8 (RFC 9562). Its first 48 bits are the time of
   * the run in milliseconds, as in version 7, so that it sorts among other ids by time. Its other
   * 74 bits are the first bits of the SHA-256 hash of the letters {@code job}, the time in
   * milliseconds as eight bytes in big-endian order, and the name in UTF-8.
   */
  public static UUID jobId(String schedule, Instant time) {
    ByteBuffer hash = hash("job", schedule, time);
    long high = time.toEpochMilli() << 16 | VERSION_8 | (hash.getShort() & 0x0fffL);
    long low = VARIANT | (hash.getLong() >>> (Long.SIZE - RANDOM_BITS_OF_A_LONG));
    return new UUID(high, low);
  }

  /** The jitter of a run: how much later than its time its job is due. */
  public static Duration jitter(String schedule, Instant time, Duration max) {
    long millis = max.toMillis();
    return millis == 0
        ? Duration.ZERO
        : Duration.ofMillis(
            Long.remainderUnsigned(hash("jitter", schedule, time).getLong(), millis + 1));
  }

  private static ByteBuffer hash(String what, String schedule, Instant time) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(what.getBytes(StandardCharsets.UTF_8));
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(time.toEpochMilli()).flip());
      return ByteBuffer.wrap(digest.digest(schedule.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
