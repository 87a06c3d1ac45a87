package dev.tenon.jobs.upkeep;

import dev.tenon.jobs.store.Leadership;
import java.time.Duration;

/** Something that the leader does again and again. */
interface UpkeepTask {

  /** What it is called in logs and in the health report. */
  String name();

  /** How often it is done. */
  Duration interval();

  /**
   * Does it once.
   *
   * @param leadership proof that this process leads, against which every change is checked. What
   *     only publishes needs none: a pointer too many does no harm.
   */
  void run(Leadership leadership);
}
