package dev.tenon.jobs.observability;

import dev.tenon.jobs.annotation.JobType;

/**
 * A job that does as it is told.
 *
 * @param what what its handler does
 */
@JobType(
    value = "watched.parcel.send",
    routingKey = "watched.parcels",
    maxAttempts = 2,
    retryDelays = {"20ms"})
record Parcel(What what) {

  /** What a handler may do. */
  enum What {
    SUCCEED,
    FAIL_ONCE,
    FAIL,
    SNOOZE_ONCE,
    WAIT
  }
}
