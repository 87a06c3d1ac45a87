package dev.tenon.jobs.faults;

/** What {@link FaultAgent} takes out of the runtime, for the suite to show that it notices. */
enum BrokenVariant {
  /** Nobody publishes what its submitter did not. */
  RELAY_OFF,
  /** Pointers are acknowledged as soon as they are taken, before anything is claimed. */
  ACK_BEFORE_CLAIM,
  /** What a step writes in a transaction is committed before the record of the step is written. */
  COMMIT_BEFORE_RECORD
}
