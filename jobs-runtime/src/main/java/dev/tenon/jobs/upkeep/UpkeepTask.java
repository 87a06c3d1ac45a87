package dev.tenon.jobs.upkeep;

import java.time.Duration;

/** Something that the leader does again and again. */
interface UpkeepTask {

  /** What it is called in logs and in the health report. */
  String name();

  /** How often it is done. */
  Duration interval();

  /** Does it once. It must be harmless when two leaders do it at the same time. */
  void run();
}
