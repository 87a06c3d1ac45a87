/** Claims jobs: those that pointers name and, about once a second, any that are due. */

import { Attempt, type Attempts } from "./attempts.js";
import type { Claimed, Contract, Statements } from "./contract.js";
import type { Deliveries, Delivery } from "./deliveries.js";
import { CallRefused, DatabaseUnavailable } from "./errors.js";
import type { Execution, JobType } from "./execution.js";
import type { Claims, Heartbeat } from "./heartbeat.js";
import { type Logger, type Outage, RareLines, oneLine } from "./logging.js";
import { Backoff, type Wake, pause } from "./pacing.js";

/** How long a type is left out after the role was refused its jobs. */
const REFUSED_FOR_MILLIS = 30_000;

/** What a claimer needs of the worker. */
export interface ClaimerServices {
  readonly contract: Contract;
  readonly statements: Statements;
  readonly types: ReadonlyMap<string, JobType>;
  readonly attempts: Attempts;
  readonly deliveries: Deliveries;
  readonly claims: Claims;
  readonly heartbeat: Heartbeat;
  readonly execution: Execution;
  readonly outage: Outage;
  readonly logger: Logger;
  readonly pollIntervalMillis: number;
  /** Is set when there may be something to do. */
  readonly changed: Wake;
  readonly wakeReporter: () => void;
}

/** Claims at most as many jobs as there are free slots, and starts them. */
export class Claimer {
  readonly #services: ClaimerServices;
  readonly #backoff = new Backoff();
  readonly #lines = new RareLines();
  readonly #refusedUntil = new Map<string, number>();
  #nextPoll = 0;

  constructor(services: ClaimerServices) {
    this.#services = services;
  }

  /** Claims until the signal is aborted. A claim in progress is completed. */
  async run(stopping: AbortSignal): Promise<void> {
    const { deliveries, heartbeat, logger, changed } = this.#services;
    stopping.addEventListener("abort", () => changed.set(), { once: true });
    let isRegistered = false;
    void heartbeat.registered.then(() => {
      isRegistered = true;
      changed.set();
    });
    while (!isRegistered && !stopping.aborted) {
      await changed.wait(Math.max(1, deliveries.nextLate() - performance.now()));
      deliveries.putBackLate();
    }
    while (!stopping.aborted) {
      try {
        await this.#round(stopping);
      } catch (error) {
        logger.error(`A claim failed. The worker will try again. ${oneLine(error)}`);
        await pause(this.#backoff.failed(), stopping);
      }
    }
    deliveries.putBackAll();
  }

  async #round(stopping: AbortSignal): Promise<void> {
    const { attempts, deliveries, changed } = this.#services;
    deliveries.putBackLate();
    const free = attempts.freeSlots;
    if (free > 0 && performance.now() >= this.#nextPoll) {
      await this.#poll(free, stopping);
    } else if (free > 0 && deliveries.size > 0) {
      await this.#follow(deliveries.take(free), stopping);
    } else {
      // Without a free slot, it waits for a change
      const next = Math.min(free > 0 ? this.#nextPoll : Number.POSITIVE_INFINITY, deliveries.nextLate());
      await changed.wait(Math.max(1, next - performance.now()));
    }
  }

  async #poll(free: number, stopping: AbortSignal): Promise<void> {
    const claimed = await this.#claim(free, undefined, stopping);
    // If more jobs were due than there were free slots, claim again immediately
    this.#nextPoll = performance.now() + (claimed?.length === free ? 0 : this.#services.pollIntervalMillis);
  }

  async #follow(taken: readonly Delivery[], stopping: AbortSignal): Promise<void> {
    const { attempts, deliveries } = this.#services;
    const permitted = this.#permitted();
    const followed = taken.filter((delivery) => permitted.has(delivery.pointer.type));
    taken.filter((delivery) => !permitted.has(delivery.pointer.type)).forEach((delivery) => deliveries.hold(delivery));
    if (followed.length === 0) {
      return;
    }
    // Tenon sends no message with more pointers than were free; the rest of its jobs are found in the table
    const jobIds = followed.flatMap((delivery) => delivery.pointer.jobIds).slice(0, attempts.freeSlots);
    const claimed = await this.#claim(jobIds.length, jobIds, stopping);
    followed.forEach((delivery) => delivery.settle(claimed !== undefined));
  }

  /** Claims jobs and starts them. Returns undefined if the call failed. */
  async #claim(maxJobs: number, jobIds: readonly string[] | undefined, stopping: AbortSignal): Promise<Claimed[] | undefined> {
    const { contract, statements, claims, outage, pollIntervalMillis } = this.#services;
    const versions = this.#permitted();
    if (versions.size === 0) {
      await pause(pollIntervalMillis, stopping);
      return undefined;
    }
    const began = performance.now();
    claims.begin();
    try {
      const claimed = await contract.claim(statements, versions, maxJobs, jobIds);
      outage.over();
      this.#backoff.reset();
      if (stopping.aborted) {
        // If this fails, deregistering releases them
        await Promise.all(claimed.map((job) => contract.release(statements, job.lease)));
      } else {
        claimed.forEach((job) => this.#start(job, began));
      }
      return claimed;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) {
        outage.failed(error);
        await pause(this.#backoff.failed(), stopping);
      } else if (error instanceof CallRefused) {
        await this.#refused(error, versions, stopping);
      } else {
        throw error;
      }
      return undefined;
    } finally {
      claims.end();
    }
  }

  #start(job: Claimed, began: number): void {
    const { attempts, execution, types, logger, wakeReporter } = this.#services;
    const attempt = new Attempt(job, began, wakeReporter, logger);
    attempts.add(attempt);
    logger.debug(`Starting job ${job.lease.jobId} of type '${job.type}', attempt ${job.attempt}.`);
    execution.start(types.get(job.type)!, attempt);
  }

  /** The types that were not refused lately, with their versions. */
  #permitted(): Map<string, number> {
    const now = performance.now();
    return new Map(
      [...this.#services.types.values()]
        .filter((type) => (this.#refusedUntil.get(type.name) ?? 0) <= now)
        .map((type) => [type.name, type.version]),
    );
  }

  async #refused(error: CallRefused, versions: ReadonlyMap<string, number>, stopping: AbortSignal): Promise<void> {
    const { heartbeat, logger } = this.#services;
    if (error.sqlstate === CallRefused.RIGHT_MISSING) {
      await this.#leaveOutRefused(error, versions);
      return;
    }
    // The worker may have been considered dead and forgotten; the heartbeat registers it again
    heartbeat.beatNow();
    if (this.#lines.admit("claim") > 0) {
      logger.warn(`PostgreSQL has refused to give this worker jobs. The worker keeps trying: ${oneLine(error)}`);
    }
    await pause(this.#backoff.failed(), stopping);
  }

  async #leaveOutRefused(refusal: CallRefused, versions: ReadonlyMap<string, number>): Promise<void> {
    const { contract, statements } = this.#services;
    for (const [name, version] of versions) {
      if (versions.size === 1) {
        this.#leaveOut(name, refusal);
        return;
      }
      try {
        // Each type separately, and no job, so that nothing is claimed
        await contract.claim(statements, new Map([[name, version]]), 1, []);
      } catch (error) {
        if (!(error instanceof CallRefused) || error.sqlstate !== CallRefused.RIGHT_MISSING) {
          throw error;
        }
        this.#leaveOut(name, error);
      }
    }
  }

  #leaveOut(name: string, error: CallRefused): void {
    this.#refusedUntil.set(name, performance.now() + REFUSED_FOR_MILLIS);
    if (this.#lines.admit(name) > 0) {
      this.#services.logger.error(
        `This worker gets no jobs of type '${name}'. It tries again every 30 seconds: ${oneLine(error)}`,
      );
    }
  }
}
