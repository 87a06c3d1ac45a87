package dev.tenon.jobs.internal.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types with limits that have waiting jobs.
 *
 * @param due the names of the types that have due jobs
 * @param untilNext the time until the first job of another type is due; null if there is none
 */
public record LimitedTypes(List<String> due, @Nullable Duration untilNext) {

  /** No waiting jobs. */
  public static final LimitedTypes NONE = new LimitedTypes(List.of(), null);

  /** Tasks of workflows that wait for others are due in thousands of years. */
  private static final Duration MAX = Duration.ofDays(1);

  /** Makes the list immutable, and the time no longer than a day. */
  public LimitedTypes {
    due = List.copyOf(due);
    untilNext = untilNext == null || untilNext.compareTo(MAX) < 0 ? untilNext : MAX;
  }
}
