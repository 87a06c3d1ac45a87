/** The attempts that this process runs, and its slots. */

import { type Claimed, type Lease, keyOf } from "./contract.js";
import { STOP_REASONS, JobStopped, type StopReason } from "./errors.js";
import type { Logger } from "./logging.js";
import type { Wake } from "./pacing.js";
import { Reports } from "./reporting.js";

/** One attempt at a job, from its claim until its outcome is known. */
export class Attempt {
  readonly claimed: Claimed;
  /** The monotonic time when it has taken too long, in milliseconds. */
  readonly expiresAt: number;
  readonly deadline: Date;
  readonly reports: Reports;
  readonly #logger: Logger;
  readonly #controller = new AbortController();
  #reason: StopReason | undefined;
  #leaseLost = false;
  /** Whether the handler has returned or thrown. */
  handlerEnded = false;
  /** The monotonic time when the handler was asked to stop. */
  askedToStopAt: number | undefined;

  /** @param claimBegan the monotonic time when the claim was called; the server's timeout starts shortly afterwards */
  constructor(claimed: Claimed, claimBegan: number, wakeReporter: () => void, logger: Logger) {
    this.claimed = claimed;
    this.expiresAt = claimBegan + claimed.timeoutMillis;
    this.deadline = new Date(Date.now() + claimed.timeoutMillis);
    this.reports = new Reports(claimed.lease, wakeReporter);
    this.#logger = logger;
  }

  get lease(): Lease {
    return this.claimed.lease;
  }

  /** Is aborted when the handler is asked to stop; its reason is a JobStopped. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The first reason why the handler was asked to stop. */
  get stopReason(): StopReason | undefined {
    return this.#reason;
  }

  /** Whether no report of this attempt will be accepted. */
  get leaseLost(): boolean {
    return this.#leaseLost;
  }

  /** Notes that the lease is lost: the handler is asked to stop, and nothing more is reported. */
  lose(): void {
    this.#leaseLost = true;
    this.stop("lease-lost");
  }

  /** Asks the handler to stop. */
  stop(reason: StopReason): void {
    if (this.#reason !== undefined) {
      return;
    }
    this.#reason = reason;
    this.askedToStopAt = performance.now();
    if (!this.handlerEnded) {
      this.#logger.info(`Asking job ${this.lease.jobId} of type '${this.claimed.type}' to stop: ${STOP_REASONS[reason]}.`);
    }
    this.#controller.abort(new JobStopped(reason));
  }
}

/**
 * All attempts of this process. An attempt has a slot while its handler runs and its outcome is being reported. It stays
 * listed without a slot if it timed out and the server has yet to end it.
 */
export class Attempts {
  readonly slots: number;
  readonly #changed: Wake[];
  readonly #listed = new Map<string, Attempt>();
  readonly #withSlot = new Set<Attempt>();

  /** @param changed are set when a slot becomes free or is taken */
  constructor(slots: number, changed: Wake[]) {
    this.slots = slots;
    this.#changed = changed;
  }

  /** Lists an attempt, which takes a slot. */
  add(attempt: Attempt): void {
    this.#listed.set(keyOf(attempt.lease), attempt);
    this.#withSlot.add(attempt);
    this.#tell();
  }

  /** Frees the slot of an attempt, and forgets it unless the server is to end it. */
  end(attempt: Attempt, untilTheServerEndsIt: boolean): void {
    this.#withSlot.delete(attempt);
    if (!untilTheServerEndsIt || attempt.leaseLost) {
      this.#listed.delete(keyOf(attempt.lease));
    }
    this.#tell();
  }

  /** Notes that the server no longer lists the attempt. */
  lost(attempt: Attempt): void {
    attempt.lose();
    if (!this.#withSlot.has(attempt)) {
      this.#listed.delete(keyOf(attempt.lease));
    }
    this.#tell();
  }

  #tell(): void {
    this.#changed.forEach((wake) => wake.set());
  }

  /** All current attempts, by the keys of their leases. */
  listed(): Map<string, Attempt> {
    return new Map(this.#listed);
  }

  /** The attempts that have a slot. */
  running(): Attempt[] {
    return [...this.#withSlot];
  }

  /** Whether an attempt has ended here but the server still lists it. */
  get awaitsEndByServer(): boolean {
    return this.#listed.size > this.#withSlot.size;
  }

  get freeSlots(): number {
    return this.slots - this.#withSlot.size;
  }

  /** Whether an attempt at this job is listed. */
  runs(jobId: string): boolean {
    return [...this.#listed.values()].some((attempt) => attempt.lease.jobId === jobId);
  }
}
