package dev.tenon.jobs.internal.background;

import java.time.Duration;

/** Stands in for the class of this name: whatever is counted is many. */
public final class RecentCount {

  /** Creates a count. */
  public RecentCount(Duration period) {}

  /** Returns that there were many if there are any. */
  public long add(long count) {
    return count > 0 ? 1000 : 0;
  }
}
