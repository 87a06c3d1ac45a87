/** The errors that handlers throw, and those that calls throw. */

import type { Job } from "./submissions.js";

const MAX_DELAY_MILLIS = 366 * 24 * 60 * 60 * 1000;

/** The root of the errors of this package. */
export class TenonError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Thrown by a handler if no other attempt can succeed: the job fails for good. */
export class PermanentError extends TenonError {}

/** Thrown by a handler to run the job again later; this attempt does not count. */
export class Snooze extends TenonError {
  readonly delayMillis: number;

  /** @param delayMillis from 0 to 366 days, in milliseconds */
  constructor(delayMillis: number) {
    if (!(delayMillis >= 0 && delayMillis <= MAX_DELAY_MILLIS)) {
      throw new RangeError(`The delay is ${delayMillis} ms; it must be from 0 to 366 days.`);
    }
    super(`snoozed for ${delayMillis} ms`);
    this.delayMillis = delayMillis;
  }
}

/** A reason for stopping a handler. */
export type StopReason = "cancelled" | "timed-out" | "lease-lost" | "worker-stops";

/** What each reason means, for logs. */
export const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  cancelled: "the job was cancelled",
  "timed-out": "the attempt has reached its timeout",
  "lease-lost": "the job was given to another worker or has ended",
  "worker-stops": "the worker stops",
};

/**
 * Thrown in a handler that was asked to stop, by `throwIfStopped` and `sleep` of its context. Clean up and let it pass: the
 * client knows what to report for each reason.
 */
export class JobStopped extends TenonError {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(STOP_REASONS[reason]);
    this.reason = reason;
  }
}

/** A call was refused, and would be refused again: nothing was submitted, cancelled or sent. The message says why. */
export class SubmitRefused extends TenonError {
  /** The error code of PostgreSQL, such as 42501 if the role was not granted the type; undefined if nothing was sent. */
  readonly sqlstate: string | undefined;

  constructor(message: string, sqlstate?: string, options?: ErrorOptions) {
    super(message, options);
    this.sqlstate = sqlstate;
  }
}

/** Nothing was submitted, because too many jobs of the type wait. The same call may succeed later. */
export class BacklogFull extends TenonError {}

/** The job whose result is awaited has failed or was cancelled. */
export class JobNotCompleted extends TenonError {
  readonly job: Job;

  constructor(job: Job) {
    super(`Job ${job.jobId} of type '${job.type}' has ended as ${job.status}.`);
    this.job = job;
  }
}

/** The awaited jobs have not ended in time. They continue. */
export class WaitTimeout extends TenonError {
  /** The jobs that have not ended. */
  readonly jobIds: readonly string[];

  constructor(jobIds: readonly string[]) {
    super(`${jobIds.length} job(s) have not ended in time. They continue.`);
    this.jobIds = jobIds;
  }
}

/** PostgreSQL could not be reached, or the connection broke during a call. Trying again may help. */
export class DatabaseUnavailable extends TenonError {}

/** PostgreSQL has refused a call of a worker, and would refuse it again. */
export class CallRefused extends TenonError {
  static readonly RIGHT_MISSING = "42501";
  static readonly TOO_LARGE = "54000";

  readonly sqlstate: string;

  constructor(sqlstate: string, message: string, options?: ErrorOptions) {
    super(`${message} (${sqlstate})`, options);
    this.sqlstate = sqlstate;
  }
}
