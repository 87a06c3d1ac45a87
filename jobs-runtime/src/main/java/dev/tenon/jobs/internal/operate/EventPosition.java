package dev.tenon.jobs.internal.operate;

import dev.tenon.jobs.JobStatus;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The part of a job's events that somebody has seen. It is the id of an event, so that no server
 * has to remember who has seen what.
 *
 * @param line the position of the last line of the log; 0 for none
 * @param status the status; null if none was seen
 * @param attempt the number of attempts
 * @param percent the progress
 * @param message a checksum of the message of the progress; 0 for none
 */
public record EventPosition(
    long line, @Nullable JobStatus status, int attempt, int percent, long message) {

  /** The position before all events. */
  public static final EventPosition START = new EventPosition(0, null, 0, 0, 0);

  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,18})\\.([a-z]{1,20})\\.(\\d{1,9})\\.(\\d{1,3})\\.([0-9a-f]{1,8})");

  private static final String NO_STATUS = "none";

  /**
   * Returns the position that an event's id stands for.
   *
   * @throws IllegalArgumentException if it is not the id of an event
   */
  public static EventPosition parse(String id) {
    Matcher matcher = TEXT.matcher(id);
    if (!matcher.matches()) {
      throw notAnId();
    }
    try {
      return new EventPosition(
          Long.parseLong(matcher.group(1)),
          matcher.group(2).equals(NO_STATUS) ? null : JobStatus.ofCode(matcher.group(2)),
          Integer.parseInt(matcher.group(3)),
          Integer.parseInt(matcher.group(4)),
          Long.parseLong(matcher.group(5), 16));
    } catch (IllegalArgumentException e) {
      throw notAnId();
    }
  }

  private static IllegalArgumentException notAnId() {
    return new IllegalArgumentException(
        "The position is not the id of an event. Pass the id() of a JobEvent of the same job, unchanged.");
  }

  /** Returns the id of the event that leads to this position. */
  public String id() {
    return line
        + "."
        + (status == null ? NO_STATUS : status.code())
        + "."
        + attempt
        + "."
        + percent
        + "."
        + Long.toHexString(message);
  }

  /** Returns the position after a line of the log. */
  public EventPosition withLine(long next) {
    return new EventPosition(next, status, attempt, percent, message);
  }

  /** Returns the position after a change of status. */
  public EventPosition withStatus(JobStatus next, int nextAttempt) {
    return new EventPosition(line, next, nextAttempt, percent, message);
  }

  /** Returns the position after a report of progress. */
  public EventPosition withProgress(int nextPercent, Optional<String> nextMessage) {
    return new EventPosition(line, status, attempt, nextPercent, checksum(nextMessage));
  }

  private static long checksum(Optional<String> text) {
    if (text.isEmpty()) {
      return 0;
    }
    CRC32 checksum = new CRC32();
    checksum.update(text.get().getBytes(StandardCharsets.UTF_8));
    return checksum.getValue();
  }
}
