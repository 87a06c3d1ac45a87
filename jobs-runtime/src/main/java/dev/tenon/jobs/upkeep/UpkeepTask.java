package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Leadership;
import java.time.Duration;

/** A task that the leader repeats. */
interface UpkeepTask {

  /** What it is called in logs and in the health report. */
  String name();

  /** How often it is done. */
  Duration interval();

  /**
   * Does it once, or a part of it that takes a few seconds at most: other tasks wait for it.
   *
   * @param leadership proof that this process leads, against which every change is checked. What
   *     only publishes needs none: an extra pointer does no harm.
   * @return whether there is more to do, so that it is done again as soon as the other tasks have
   *     had their turn
   */
  boolean run(Leadership leadership);
}
