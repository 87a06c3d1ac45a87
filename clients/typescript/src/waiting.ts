/** Waits for jobs to end. */

import { randomUUID } from "node:crypto";

import pg from "pg";

import { connect, failureOf } from "./database.js";
import { DatabaseUnavailable, SubmitRefused, WaitTimeout } from "./errors.js";
import { Backoff, Wake, pause } from "./pacing.js";
import { type Job, type Submissions, hasEnded, jobOf } from "./submissions.js";

/** A notification may be lost, so the jobs are read now and then: soon at first, later every second. */
const FIRST_PAUSE_MILLIS = 50;
const MAX_PAUSE_MILLIS = 1_000;

/** The server notes for 90 seconds that somebody waits. */
const NOTE_AGAIN_MILLIS = 30_000;

/** One wait, with its own connection, which listens for notifications. */
export class Waiting {
  readonly #config: pg.ClientConfig;
  readonly #schema: string;
  readonly #submissions: Submissions;
  readonly #watcher = randomUUID();
  readonly #ended = new Map<string, Job>();

  constructor(config: pg.ClientConfig, schema: string, submissions: Submissions) {
    this.#config = config;
    this.#schema = schema;
    this.#submissions = submissions;
  }

  /**
   * The jobs, in their order, once all of them have ended.
   *
   * @throws WaitTimeout some have not ended in time
   * @throws SubmitRefused one does not exist, or is of a type that the role was not granted
   */
  async wait(jobIds: readonly string[], timeoutMillis: number): Promise<Job[]> {
    const giveUpAt = performance.now() + timeoutMillis;
    const backoff = new Backoff();
    for (;;) {
      const client = new pg.Client(this.#config);
      try {
        await this.#follow(client, jobIds, giveUpAt);
        return jobIds.map((id) => this.#ended.get(id)!);
      } catch (error) {
        if (error instanceof WaitTimeout || error instanceof SubmitRefused) {
          throw error;
        }
        const failure = failureOf(error);
        if (!(failure instanceof DatabaseUnavailable)) {
          throw new SubmitRefused(failure.message, failure.sqlstate, { cause: error });
        }
        const wait = backoff.failed();
        if (performance.now() + wait >= giveUpAt) {
          throw failure;
        }
        await pause(wait, new AbortController().signal);
      } finally {
        client.end().catch(() => undefined);
      }
    }
  }

  async #follow(client: pg.Client, jobIds: readonly string[], giveUpAt: number): Promise<void> {
    const wake = new Wake();
    let lost: Error | undefined;
    client.on("error", (error) => {
      lost = error;
      wake.set();
    });
    client.on("notification", (message) => {
      if (this.#isAbout(message.payload ?? "", jobIds)) {
        wake.set();
      }
    });
    await connect(client);
    await client.query("LISTEN tenon_jobs");
    let noteAt = 0;
    let between = FIRST_PAUSE_MILLIS;
    for (;;) {
      const open = [...new Set(jobIds)].filter((id) => !this.#ended.has(id));
      if (performance.now() >= noteAt) {
        const watch = this.#submissions.watchJobs(this.#watcher, open);
        await client.query(watch.sql, watch.values);
        noteAt = performance.now() + NOTE_AGAIN_MILLIS;
      }
      await this.#read(client, open);
      const left = open.filter((id) => !this.#ended.has(id));
      if (left.length === 0) {
        return;
      }
      const remaining = giveUpAt - performance.now();
      if (remaining <= 0) {
        throw new WaitTimeout(left);
      }
      const since = performance.now();
      await wake.wait(Math.min(between, remaining));
      if (lost !== undefined) {
        throw lost;
      }
      const wasNotified = performance.now() - since < Math.min(between, remaining) - 1;
      between = wasNotified ? FIRST_PAUSE_MILLIS : Math.min(MAX_PAUSE_MILLIS, between * 2);
    }
  }

  async #read(client: pg.Client, jobIds: readonly string[]): Promise<void> {
    const read = this.#submissions.readJobs(jobIds, false);
    const { rows } = await client.query<Record<string, unknown>>(read.sql, read.values);
    const found = new Map(rows.map((row) => [row["job_id"] as string, jobOf(row)]));
    for (const id of jobIds) {
      const job = found.get(id);
      if (job === undefined) {
        throw new SubmitRefused(`There is no job ${id} of a type that the role was granted.`);
      }
      if (hasEnded(job)) {
        this.#ended.set(id, job);
      }
    }
  }

  #isAbout(message: string, jobIds: readonly string[]): boolean {
    const prefix = `${this.#schema}\nchanged `;
    return message.startsWith(prefix) && message.slice(prefix.length).split(" ").some((id) => jobIds.includes(id));
  }
}
