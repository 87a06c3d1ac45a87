package dev.tenon.jobs.internal.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The types with limits of which jobs wait.
 *
 * @param due the names of those of which jobs are due
 * @param untilNext how long until the first job of another one is due; null if there is none
 */
public record LimitedTypes(List<String> due, @Nullable Duration untilNext) {

  /** No job waits. */
  public static final LimitedTypes NONE = new LimitedTypes(List.of(), null);

  /** Tasks of workflows that wait for others are due in thousands of years. */
  private static final Duration MAX = Duration.ofDays(1);

  /** Makes the list immutable, and the time no longer than a day. */
  public LimitedTypes {
    due = List.copyOf(due);
    untilNext = untilNext == null || untilNext.compareTo(MAX) < 0 ? untilNext : MAX;
  }
}
