package dev.tenon.jobs.operate;

import dev.tenon.jobs.Pause;
import dev.tenon.jobs.annotation.JobPriority;
import dev.tenon.jobs.definition.JobLimits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job type as it was when it was read: what it declares, what operators have overridden, and
 * whether it is paused. Immutable.
 *
 * <p>Only Tenon implements it: methods may be added in any release.
 */
public interface JobTypeState {

  /** The name of the type. */
  String type();

  /** The earlier names of the type. Its settings also apply to jobs with these names. */
  List<String> aliases();

  /**
   * The names of the signals that its handlers may await, sorted; empty if they await none, or if
   * no worker with the handler was ever started.
   */
  List<String> signals();

  /** The settings that the type declares in the process that was started last. */
  Settings declared();

  /** The settings in effect: the overrides and, where there is none, what the type declares. */
  Settings effective();

  /** The overrides, with the actor and the reason; empty if nothing is overridden. */
  Optional<Overrides> overrides();

  /**
   * The weights of keys that operators have set, by key; 1 for all other keys. A key with a weight
   * of 3 gets three times the share of one without.
   */
  Map<String, Integer> keyWeights();

  /** The pause; empty if the type is not paused. */
  Optional<Pause> pause();

  /** Returns true if the type is paused. */
  default boolean isPaused() {
    return pause().isPresent();
  }

  /** Returns true if this is the name of the type, or one of its aliases. */
  default boolean isNamed(String name) {
    return type().equals(name) || aliases().contains(name);
  }

  /** The settings of a type. Immutable. */
  interface Settings {

    /** The priority of jobs that are submitted without one. */
    JobPriority priority();

    /** The maximum number of attempts, including the first. */
    int maxAttempts();

    /**
     * The limits on how many jobs run at a time, and the rates of their starts, over all workers.
     */
    JobLimits limits();

    /** The component of the payload that jobs are limited by; empty if there is none. */
    Optional<String> limitBy();

    /** The component of the payload that is the cost of a job; empty if no rates count costs. */
    Optional<String> costBy();

    /** The bound on how many jobs may wait, in all or of a key; 0 if there is none. */
    int maxWaiting();

    /** The component of the payload whose values have separate bounds; empty if there is none. */
    Optional<String> waitingBy();

    /** Returns true if there is a limit, or keys take turns. */
    default boolean isLimited() {
      return limitBy().isPresent() || !limits().equals(JobLimits.NONE);
    }
  }

  /** The overrides that an operator has set. Immutable. */
  interface Overrides {

    /** The values. */
    JobTypeOverrides values();

    /** The time when they were set. */
    Instant at();

    /** The name of the actor who set them. */
    String by();

    /** The reason that the actor gave. */
    String reason();
  }
}
