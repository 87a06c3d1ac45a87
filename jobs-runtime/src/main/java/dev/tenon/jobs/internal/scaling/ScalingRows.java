package dev.tenon.jobs.internal.scaling;

import dev.tenon.jobs.annotation.JobPriority;
import java.time.Duration;

/** The rows that {@link ScalingStore} reads. The types are names that jobs were submitted with. */
public final class ScalingRows {

  private ScalingRows() {}

  /**
   * Jobs without limits.
   *
   * @param due the number of those that are due
   * @param jobs the number of those that are due, or will be in time
   */
  public record Unlimited(String type, JobPriority priority, int version, int due, int jobs) {}

  /**
   * Jobs with limits.
   *
   * @param key their limit key
   * @param due the number of those that are due
   * @param jobs the number of those that are due, or will be in time
   * @param costs what all of them cost together
   */
  public record Limited(String type, String key, int version, int due, int jobs, long costs) {}

  /** A schedule that is about to submit a job. */
  public record Scheduled(String type, int version) {}

  /**
   * The time that attempts took.
   *
   * @param attempts their number
   * @param run the time that all took together
   * @param isRecent whether they ended in the last hour
   */
  public record Took(String type, long attempts, Duration run, boolean isRecent) {}

  /**
   * Starts that count for rates.
   *
   * @param ofCosts whether their costs are counted
   * @param seconds the length of the window
   * @param units their number, or their costs
   */
  public record Started(String type, String key, boolean ofCosts, int seconds, long units) {}

  /** The number of running jobs of a key. */
  public record Running(String type, String key, int jobs) {}

  /** A limit key of a type. */
  public record LimitKey(String type, String key) {}
}
