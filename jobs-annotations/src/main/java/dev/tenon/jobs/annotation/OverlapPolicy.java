package dev.tenon.jobs.annotation;

/** What a {@link Schedule} does when it is time for a run and an earlier run has not ended. */
public enum OverlapPolicy {
  /** The default: this run is left out. */
  SKIP,
  /** One run waits for the earlier one to end; further ones are left out. */
  QUEUE_ONE,
  /** The runs may overlap. */
  ALLOW,
  /** The earlier run is cancelled. */
  CANCEL_RUNNING
}
