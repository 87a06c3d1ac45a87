package dev.tenon.jobs.internal.rollout;

import java.util.Locale;

/** Numbers of things in messages. */
final class Wording {

  private Wording() {}

  /** Returns a number of things, such as {@code 1 job} and {@code 1,204 jobs}. */
  static String counted(long number, String thing) {
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? thing : thing + "s");
  }

  /** Returns a number of jobs, and how many of them run. */
  static String jobs(long waiting, long running, String which) {
    String all = counted(waiting + running, "job") + " " + which;
    if (running == 0) {
      return all;
    }
    return waiting == 0
        ? all + (running == 1 ? ", which runs" : ", which run")
        : all + String.format(Locale.ROOT, ", %,d of them running", running);
  }
}
