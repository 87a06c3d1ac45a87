package dev.tenon.schedules;

import java.util.Locale;

/**
 * A part of the runtime where threads meet, and the class that runs one schedule of it. {@code
 * parts.tsv} has the promises that depend on it, and what is true in every schedule, for the pages.
 */
enum Part {
  BATCHES("worker.BatchesSchedule"),
  BROKER_LINK("broker.BrokerLinkSchedule"),
  CLAIMER("worker.ClaimerSchedule"),
  DELIVERIES("broker.DeliveriesSchedule"),
  DISPATCHER("maintenance.DispatcherSchedule"),
  HEARTBEAT("worker.HeartbeatSchedule"),
  RECORDERS("recording.RecordersSchedule"),
  SHARED_INSERTS("store.SharedInsertsSchedule"),
  SLOTS("attempt.SlotsSchedule"),
  WAKE_UPS("signal.WakeUpsSchedule");

  private final String schedule;

  Part(String schedule) {
    this.schedule = schedule;
  }

  /** Returns the name of the part, and of the folder of its broken variants. */
  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the class whose method {@code run} runs one schedule. */
  String scheduleClass() {
    return "dev.tenon.jobs.internal." + schedule;
  }

  /**
   * Returns by how much Fray's clock advances each time that somebody looks at it: so far for
   * recorders that outcomes which others hold are tried again soon.
   */
  long nanosOfAStep() {
    return this == RECORDERS ? 50_000_000 : 100_000;
  }

  @Override
  public String toString() {
    return code();
  }
}
