package dev.tenon.jobs.worker;

/** Why a handler should stop. */
enum StopReason {
  CANCELLED("it was cancelled"),
  TIMED_OUT("its time is up"),
  SHUTDOWN("the worker is shutting down"),
  LEASE_LOST("it was given to another worker");

  private final String text;

  StopReason(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
