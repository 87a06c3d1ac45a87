/** Reports that the worker is alive, and learns which jobs must stop. */

import { hostname } from "node:os";

import type { Attempt, Attempts } from "./attempts.js";
import { type Contract, type Lease, type Listed, type Statements, keyOf } from "./contract.js";
import { CallRefused, DatabaseUnavailable } from "./errors.js";
import { type Logger, type Outage, RareLines, oneLine } from "./logging.js";
import { Wake, pause } from "./pacing.js";

/** Counts claims, to tell a job whose claim lost its answer from one that is being claimed. Claims follow each other. */
export class Claims {
  begun = 0;
  ended = 0;

  /** Notes that a claim is about to be called. */
  begin(): void {
    this.begun++;
  }

  /** Notes that a claim has failed, or that it was answered and its jobs are listed as attempts. */
  end(): void {
    this.ended = this.begun;
  }
}

/** What a heartbeat needs of the worker. */
export interface HeartbeatServices {
  readonly contract: Contract;
  readonly statements: Statements;
  readonly attempts: Attempts;
  readonly claims: Claims;
  readonly outage: Outage;
  readonly logger: Logger;
  readonly intervalMillis: number;
}

/** Sends heartbeats on a separate connection, so that other statements cannot delay them. */
export class Heartbeat {
  /** Anybody may send hints, and as many as they like. */
  static readonly #SHORTEST_PAUSE_MILLIS = 200;
  static readonly #AFTER_FAILURE_MILLIS = 1_000;

  readonly #services: HeartbeatServices;
  readonly #host = hostname().replace(/[^ -~]/g, "").slice(0, 255);
  readonly #beatNow = new Wake();
  readonly #refusals = new RareLines();
  readonly #registered: Promise<void>;
  #noteRegistered: () => void = () => undefined;
  /** Jobs that the server lists but that do not run here, with the number of claims begun when they were first seen. */
  #unknown = new Map<string, number>();

  constructor(services: HeartbeatServices) {
    this.#services = services;
    this.#registered = new Promise((resolve) => (this.#noteRegistered = resolve));
  }

  /** Sends the next heartbeat soon, because there may be news. */
  beatNow(): void {
    this.#beatNow.set();
  }

  /** Is fulfilled after the first successful heartbeat. */
  get registered(): Promise<void> {
    return this.#registered;
  }

  /** Sends heartbeats until the signal is aborted. */
  async run(stopping: AbortSignal): Promise<void> {
    stopping.addEventListener("abort", () => this.#beatNow.set(), { once: true });
    while (!stopping.aborted) {
      const succeeded = await this.#beat();
      if (await pause(Heartbeat.#SHORTEST_PAUSE_MILLIS, stopping)) {
        return;
      }
      await this.#beatNow.wait(this.#pause(succeeded));
    }
  }

  #pause(succeeded: boolean): number {
    const { intervalMillis, attempts } = this.#services;
    return !succeeded || attempts.awaitsEndByServer ? Math.min(intervalMillis, Heartbeat.#AFTER_FAILURE_MILLIS) : intervalMillis;
  }

  async #beat(): Promise<boolean> {
    const { contract, statements, attempts, outage, logger } = this.#services;
    try {
      // Jobs that are claimed from here on may be missing from the answer
      const known = attempts.listed();
      const listed = await contract.heartbeat(statements, this.#host, process.pid, attempts.slots);
      this.#noteRegistered();
      outage.over();
      await this.#compare(known, listed);
      return true;
    } catch (error) {
      if (error instanceof DatabaseUnavailable) {
        outage.failed(error);
      } else if (!(error instanceof CallRefused)) {
        logger.error(`The heartbeat failed. The worker will try again. ${oneLine(error)}`);
      } else if (this.#refusals.admit("heartbeat") > 0) {
        logger.error(
          `PostgreSQL has refused the heartbeat, so this worker gets no jobs. It keeps trying: ${oneLine(error)}`,
        );
      }
      return false;
    }
  }

  async #compare(known: ReadonlyMap<string, Attempt>, listed: readonly Listed[]): Promise<void> {
    const { attempts } = this.#services;
    const byTheTable = new Map<string, Lease>(listed.map((item) => [keyOf(item.lease), item.lease]));
    const now = attempts.listed();
    for (const key of known.keys()) {
      const attempt = now.get(key);
      if (!byTheTable.has(key) && attempt !== undefined) {
        attempts.lost(attempt);
      }
    }
    for (const item of listed) {
      if (item.cancelRequested) {
        now.get(keyOf(item.lease))?.stop("cancelled");
      }
    }
    await this.#releaseUnknown(byTheTable);
  }

  async #releaseUnknown(byTheTable: ReadonlyMap<string, Lease>): Promise<void> {
    const { contract, statements, attempts, claims, logger } = this.#services;
    const { begun, ended } = claims;
    const here = attempts.listed();
    const seenBefore = this.#unknown;
    this.#unknown = new Map(
      [...byTheTable.keys()].filter((key) => !here.has(key)).map((key) => [key, seenBefore.get(key) ?? begun]),
    );
    for (const key of this.#unknown.keys()) {
      const seen = seenBefore.get(key);
      const lease = byTheTable.get(key)!;
      // All claims that could have claimed it have ended
      if (seen !== undefined && seen <= ended && (await contract.release(statements, lease))) {
        logger.warn(`Released job ${lease.jobId}: the answer to the call that claimed it was lost.`);
      }
    }
  }
}
