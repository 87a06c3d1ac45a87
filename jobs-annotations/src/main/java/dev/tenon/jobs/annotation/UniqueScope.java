package dev.tenon.jobs.annotation;

import dev.tenon.jobs.internal.codes.Codes;
import java.util.Locale;

/** The time that a {@link Unique} job keeps out others with the same values. */
public enum UniqueScope {
  /** Until a worker starts it: a running job and a waiting one may have the same values. */
  UNTIL_STARTED,
  /** The default: until it has ended, however it ended. */
  UNTIL_ENDED,
  /**
   * Until it has failed or was cancelled. A completed job keeps others out for as long as it is
   * kept, so the work is done once.
   */
  UNLESS_FAILED,
  /** For as long as the job is kept. */
  UNTIL_DELETED;

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The scope as it is stored and shown, such as {@code until_ended}. */
  public String code() {
    return code;
  }

  /**
   * The scope with the given code.
   *
   * @throws IllegalArgumentException if there is no such scope
   */
  public static UniqueScope ofCode(String code) {
    return Codes.find(values(), UniqueScope::code, code);
  }
}
