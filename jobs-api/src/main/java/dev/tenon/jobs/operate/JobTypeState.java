package dev.tenon.jobs.operate;

import dev.tenon.jobs.Pause;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job type as it was when it was read: what it declares, what operators have set in place of
 * that, and whether it is paused. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobTypeState {

  /** The name of the type. */
  String type();

  /** Its earlier names; what holds for the type holds for jobs of these names too. */
  List<String> aliases();

  /** What the type declares, in the process that was started last. */
  Settings declared();

  /** What holds: the overrides and, where there is none, what the type declares. */
  Settings effective();

  /** What is overridden, by whom and why; empty if nothing is. */
  Optional<Overrides> overrides();

  /** Who has paused the type, and why; empty if it is not paused. */
  Optional<Pause> pause();

  /** Whether no jobs of the type are started. */
  default boolean isPaused() {
    return pause().isPresent();
  }

  /** Whether this is the name of the type, or one of its aliases. */
  default boolean isNamed(String name) {
    return type().equals(name) || aliases().contains(name);
  }

  /** How the jobs of a type are run. Immutable. */
  interface Settings {

    /** The priority of jobs that name none when they are submitted. */
    JobPriority priority();

    /** The number of attempts in all. */
    int maxAttempts();

    /** How many jobs run at a time or start in a minute, over all workers. */
    JobLimits limits();

    /** The component of the payload by whose values jobs are limited; empty if none. */
    Optional<String> limitBy();

    /** Whether there is a limit, or keys that take turns. */
    default boolean isLimited() {
      return limitBy().isPresent() || !limits().equals(JobLimits.NONE);
    }
  }

  /** What operators have set. Immutable. */
  interface Overrides {

    /** What is overridden. */
    JobTypeOverrides values();

    /** When it was set. */
    Instant at();

    /** Who has set it. */
    String by();

    /** Why. */
    String reason();
  }
}
