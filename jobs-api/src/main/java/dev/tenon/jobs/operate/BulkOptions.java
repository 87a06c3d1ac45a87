package dev.tenon.jobs.operate;

import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Who changes many jobs, why, and how many there should be. Immutable: {@code BulkOptions.of("ops",
 * "the supplier is gone").withExpectedCount(service.count(query))}.
 */
public final class BulkOptions {

  private final String by;
  private final String reason;
  private final @Nullable Long expectedCount;

  private BulkOptions(String by, String reason, @Nullable Long expectedCount) {
    this.by = by;
    this.reason = reason;
    this.expectedCount = expectedCount;
  }

  /**
   * Options that expect no number of jobs.
   *
   * @param by who does it: a user's id, or the name of a program
   * @param reason why; for people to read
   * @throws IllegalArgumentException if either is blank
   */
  public static BulkOptions of(String by, String reason) {
    return new BulkOptions(said("by", by), said("reason", reason), null);
  }

  private static String said(String name, String text) {
    if (Objects.requireNonNull(text, name).isBlank()) {
      throw new IllegalArgumentException(
          name + " is blank. The record of the operation must say who did it, and why.");
    }
    return text;
  }

  /**
   * A copy with the number of jobs that the caller has seen, from {@link
   * JobService#count(JobQuery)}. If more match when the operation begins, by more than a tenth of
   * that number, it changes nothing and throws {@link UnexpectedJobCountException}. Fewer are
   * always accepted.
   *
   * @param count the number of jobs that should match; below ten, not one more may match
   * @throws IllegalArgumentException if it is negative
   */
  public BulkOptions withExpectedCount(long count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "expectedCount is "
              + count
              + "; it must be at least 0, as JobService.count(query) gives it.");
    }
    return new BulkOptions(by, reason, count);
  }

  /** Who does it. */
  public String by() {
    return by;
  }

  /** Why. */
  public String reason() {
    return reason;
  }

  /** The number of jobs that should match; empty if any number will do. */
  public OptionalLong expectedCount() {
    return expectedCount == null ? OptionalLong.empty() : OptionalLong.of(expectedCount);
  }
}
