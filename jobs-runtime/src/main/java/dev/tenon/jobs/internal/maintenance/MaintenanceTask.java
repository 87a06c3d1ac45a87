package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import java.time.Duration;

/** A task that the leader repeats. */
interface MaintenanceTask {

  /** What it is called in logs and in the health report. */
  String name();

  /** How often it is done. */
  Duration interval();

  /**
   * Does it once, or a part of it that takes a few seconds at most: other tasks wait for it.
   *
   * @param leadership proof that this process leads, against which every change is checked. What
   *     only publishes needs none: an extra pointer does no harm.
   * @return what has come of it
   */
  Round run(Leadership leadership);

  /** What has come of one turn of a task. */
  enum Round {
    /** All that was to be done was done. */
    DONE,
    /** There is more to do: it is done again as soon as the other tasks have had their turn. */
    MORE_TO_DO,
    /** Nothing was tried. It is no success: what failed before has still failed. */
    SKIPPED;

    /** The round of a task that has done something. */
    static Round of(boolean moreToDo) {
      return moreToDo ? MORE_TO_DO : DONE;
    }
  }
}
