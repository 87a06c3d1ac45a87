package dev.tenon.jobs.internal.maintenance;

import dev.tenon.jobs.internal.leader.Leadership;
import java.time.Duration;

/** A task that the leader repeats. */
interface MaintenanceTask {

  /** Returns its name in logs and in the health report. */
  String name();

  /** Returns the time between two runs. */
  Duration interval();

  /**
   * Does it once, or a part of it that takes a few seconds at most, because other tasks wait for
   * it.
   *
   * @param leadership proof that this process is the leader, which every change checks. Publishing
   *     needs no check: an extra pointer does no harm.
   * @return the result
   */
  Round run(Leadership leadership);

  /** The result of one turn of a task. */
  enum Round {
    /** Everything was done. */
    DONE,
    /** There is more to do: it is done again as soon as the other tasks have had their turn. */
    MORE_TO_DO,
    /** The task was not tried. This is not a success: an earlier failure still counts. */
    SKIPPED;

    /** Returns the result of a task that has done something. */
    static Round of(boolean moreToDo) {
      return moreToDo ? MORE_TO_DO : DONE;
    }
  }
}
