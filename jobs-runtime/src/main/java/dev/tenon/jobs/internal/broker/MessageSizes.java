package dev.tenon.jobs.internal.broker;

/** The average number of pointers in recent messages. Thread-safe. */
final class MessageSizes {

  private static final double WEIGHT_OF_ONE_MESSAGE = 0.1;

  private double average = 1;

  synchronized void add(int pointers) {
    average += WEIGHT_OF_ONE_MESSAGE * (pointers - average);
  }

  synchronized double average() {
    return average;
  }
}
