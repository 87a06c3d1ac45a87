package dev.tenon.jobs.internal.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A day of an application, made from a seed: office hours with slow and fast jobs, two newsletters,
 * a nightly batch, a schedule around the clock, and a partner who allows 30 calls a minute.
 */
final class SimulatedDay {

  /** The length of the day, in seconds. */
  static final int SECONDS = 24 * 3_600;

  /** The job types, in the order of their numbers. */
  static final List<String> TYPES =
      List.of("mail.send", "cad.convert", "report.run", "night.batch", "partner.sync", "tick.run");

  static final int MAIL = 0;
  static final int CAD = 1;
  static final int REPORT = 2;
  static final int BATCH = 3;
  static final int PARTNER = 4;
  static final int TICK = 5;

  /** The number of jobs of {@code partner.sync} that may start in a minute. */
  static final int PARTNER_RATE = 30;

  private static final int HOUR = 3_600;

  private final Random random;
  private final List<Job> jobs = new ArrayList<>();

  /**
   * A job.
   *
   * @param type the number of its type
   * @param due the second that it is due at
   * @param seconds how long it takes
   * @param isAnnounced whether it is known before it is due: delayed, or submitted by a schedule
   */
  record Job(int type, int due, int seconds, boolean isAnnounced) {}

  private SimulatedDay(long seed) {
    random = new Random(seed);
  }

  /** The jobs of a day, in the order of their due times. */
  static List<Job> jobs(long seed) {
    SimulatedDay day = new SimulatedDay(seed);
    day.officeHours(MAIL, 60_000, 1, 3);
    day.officeHours(CAD, 1_800, 60, 300);
    day.officeHours(REPORT, 120, 300, 1_200);
    day.burst(MAIL, 10 * HOUR, 6_000, 1, 3, false);
    day.burst(MAIL, 14 * HOUR + 1_800, 3_000, 1, 3, false);
    day.burst(BATCH, 2 * HOUR, 4_000, 30, 90, true);
    day.burst(PARTNER, 20 * HOUR, 3_000, 1, 3, false);
    for (int at = 0; at < SECONDS - HOUR; at += 900) {
      day.jobs.add(new Job(TICK, at, day.between(15, 25), true));
    }
    day.jobs.sort(Comparator.comparingInt(Job::due));
    return List.copyOf(day.jobs);
  }

  /** Jobs from 7 to 19 o'clock, most of them in the middle of that. */
  private void officeHours(int type, int number, int from, int to) {
    for (int i = 0; i < number; i++) {
      double middle = (random.nextDouble() + random.nextDouble()) / 2;
      jobs.add(new Job(type, 7 * HOUR + (int) (middle * 12 * HOUR), between(from, to), false));
    }
  }

  private void burst(int type, int at, int number, int from, int to, boolean isAnnounced) {
    for (int i = 0; i < number; i++) {
      jobs.add(new Job(type, at, between(from, to), isAnnounced));
    }
  }

  private int between(int from, int to) {
    return from + random.nextInt(to - from + 1);
  }
}
