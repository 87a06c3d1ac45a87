package dev.tenon.jobs.operate;

import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job type as it was when it was read: what it declares, what operators have set in place of
 * that, and whether it is paused. Immutable.
 *
 * @param type the name of the type
 * @param aliases its earlier names; what holds for the type holds for jobs of these names too
 * @param declared what the type declares, in the process that was started last
 * @param activeOverrides what holds in place of that; null if nothing is overridden
 * @param activePause why its jobs are not started; null if they are
 */
public record JobTypeState(
    String type,
    List<String> aliases,
    Settings declared,
    @Nullable Overrides activeOverrides,
    @Nullable Pause activePause) {

  /** Makes the list immutable. */
  public JobTypeState {
    aliases = List.copyOf(aliases);
  }

  /**
   * How the jobs of a type are run.
   *
   * @param priority the priority of jobs that name none when they are submitted
   * @param maxAttempts the number of attempts in all
   * @param limits how many jobs run at a time or start in a minute, over all workers
   * @param limitBy the component of the payload by whose values jobs are limited; null if none
   */
  public record Settings(
      JobPriority priority, int maxAttempts, JobLimits limits, @Nullable String limitBy) {

    /** Whether there is a limit, or keys that take turns. */
    public boolean isLimited() {
      return limitBy != null || !limits.equals(JobLimits.NONE);
    }
  }

  /**
   * What operators have set.
   *
   * @param values what is overridden
   * @param at when it was set
   * @param by who has set it
   * @param reason why
   */
  public record Overrides(JobTypeOverrides values, Instant at, String by, String reason) {}

  /**
   * Why the jobs of the type are not started.
   *
   * @param since when it was paused
   * @param by who has paused it
   * @param reason why
   */
  public record Pause(Instant since, String by, String reason) {}

  /** What holds: the overrides and, where there is none, what the type declares. */
  public Settings effective() {
    if (activeOverrides == null) {
      return declared;
    }
    JobTypeOverrides values = activeOverrides.values();
    JobLimits limits = declared.limits();
    return new Settings(
        values.priority().orElse(declared.priority()),
        values.maxAttempts().orElse(declared.maxAttempts()),
        JobLimits.NONE
            .withMaxConcurrent(values.maxConcurrent().orElse(limits.maxConcurrent()))
            .withRateLimitPerMinute(values.rateLimitPerMinute().orElse(limits.rateLimitPerMinute()))
            .withMaxConcurrentPerKey(
                values.maxConcurrentPerKey().orElse(limits.maxConcurrentPerKey()))
            .withRateLimitPerMinutePerKey(
                values.rateLimitPerMinutePerKey().orElse(limits.rateLimitPerMinutePerKey())),
        declared.limitBy());
  }

  /** What is overridden, by whom and why; empty if nothing is. */
  public Optional<Overrides> overrides() {
    return Optional.ofNullable(activeOverrides);
  }

  /** Who has paused the type, and why; empty if it is not paused. */
  public Optional<Pause> pause() {
    return Optional.ofNullable(activePause);
  }

  /** Whether no jobs of the type are started. */
  public boolean isPaused() {
    return activePause != null;
  }

  /** Whether this is the name of the type, or one of its aliases. */
  public boolean isNamed(String name) {
    return Objects.equals(type, name) || aliases.contains(name);
  }
}
