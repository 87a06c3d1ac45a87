package dev.tenon.jobs.operate;

import dev.tenon.jobs.JobQuery;
import dev.tenon.jobs.JobService;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The options of a bulk operation: how many jobs it should find. Immutable: {@code
 * BulkOptions.defaults().withExpectedCount(service.count(query))}.
 */
public final class BulkOptions {

  private static final BulkOptions DEFAULTS = new BulkOptions(null);

  private final @Nullable Long expectedCount;

  private BulkOptions(@Nullable Long expectedCount) {
    this.expectedCount = expectedCount;
  }

  /** The defaults: any number of jobs is accepted. */
  public static BulkOptions defaults() {
    return DEFAULTS;
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
              + "; it must be at least 0. Use the result of JobService.count(query).");
    }
    return new BulkOptions(count);
  }

  /** The number of jobs that should match; empty if any number will do. */
  public OptionalLong expectedCount() {
    return expectedCount == null ? OptionalLong.empty() : OptionalLong.of(expectedCount);
  }
}
